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
