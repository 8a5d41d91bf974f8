/** Numbers and times as the reader writes them: `08 giờ 30`, `18/12/2026`, `94,29 %`. Always Vietnam's time. */
import { currentLanguage, t } from './words.svelte';

const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

function part(when: Date, type: Intl.DateTimeFormatPartTypes): string {
  return PARTS.formatToParts(when).find((found) => found.type === type)?.value ?? '';
}

/** `08 giờ 30` or `08:30`. */
export function clockTime(iso: string): string {
  const when = new Date(iso);
  const separator = currentLanguage() === 'vi' ? ' giờ ' : ':';
  return `${part(when, 'hour')}${separator}${part(when, 'minute')}`;
}

/** `18/12/2026`. */
export function day(iso: string): string {
  const when = new Date(iso);
  return `${part(when, 'day')}/${part(when, 'month')}/${part(when, 'year')}`;
}

/** The hour of the day in Vietnam, 0 to 23. */
export function hourNow(): number {
  return Number(part(new Date(), 'hour'));
}

/** `48,15 %` or `48.15 %`; the server sends the digits with a comma. */
export function percent(digits: string): string {
  return t('result.percent', { value: currentLanguage() === 'vi' ? digits : digits.replace(',', '.') });
}

/** `1:05` of so many milliseconds, rounded up: at 0:00 the time is really over. */
export function minutesAndSeconds(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `00:42:10` of so many seconds gone by, rounded down. */
export function hoursMinutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** `3:05`, or `1:03:05` for who speaks that long: time gone by, rounded down. */
export function minutesGone(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return whole >= 3600 ? hoursMinutesSeconds(whole).replace(/^0/, '') : minutesAndSeconds(whole * 1000);
}

/** `3 giờ 10 phút`, `10 phút`, `2 phút 5 giây`, `40 giây`: as exact as somebody who plans needs it. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  if (hours >= 48) return t('recording.span.days', { days: Math.floor(hours / 24) });
  if (hours > 0) return t(minutes > 0 ? 'recording.span.hours_minutes' : 'recording.span.hours', { hours, minutes });
  if (minutes === 0) return t('recording.span.seconds', { seconds: whole });
  const rest = minutes < 10 ? whole % 60 : 0;
  return t(rest > 0 ? 'recording.span.minutes_seconds' : 'recording.span.minutes', { minutes, seconds: rest });
}

/** `112 GB`, `1,8 TB`, `640 MB`: what disks are sold by. */
export function size(bytes: number): string {
  const [count, unit] =
    bytes >= 1e12
      ? ([bytes / 1e12, 'terabytes'] as const)
      : bytes >= 1e9
        ? ([bytes / 1e9, 'gigabytes'] as const)
        : ([bytes / 1e6, 'megabytes'] as const);
  const digits = count < 10 && unit !== 'megabytes' ? count.toFixed(1) : String(Math.floor(count));
  return t(`recording.size.${unit}`, { count: currentLanguage() === 'vi' ? digits.replace('.', ',') : digits });
}
