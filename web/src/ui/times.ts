/** Minutes of the day, as plans have them, for people and for time fields. */
import { currentLanguage } from '../words/words.svelte';

/** `08 giờ 30` or `08:30`. */
export function minuteOfDay(minute: number): string {
  const [hour, rest] = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0'));
  return `${hour ?? ''}${currentLanguage() === 'vi' ? ' giờ ' : ':'}${rest ?? ''}`;
}

/** `08:30`, as a time field holds it; empty when there is none. */
export function asField(minute: number | null | undefined): string {
  if (minute === null || minute === undefined) return '';
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** What a time field holds, or null. */
export function fromField(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})/.exec(text);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}

/** `18/12/2026` of `2026-12-18`, which is a day and no moment. */
export function dayOf(iso: string): string {
  return iso.split('-').reverse().join('/');
}
