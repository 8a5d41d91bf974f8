/** What a panel's state is called, and the words that tell panels apart. Pure. */
import type { Bus, Panel, PanelsPage } from './wire';

/** `silent`: it does not answer. `unknown`: nobody can be asked, since the process itself is away. */
export type Mood = 'working' | 'jammed' | 'silent' | 'unknown' | 'none';

/** How the panel is; `none` for a seat that has no panel. */
export function moodOf(page: PanelsPage, panel: Panel | null): Mood {
  if (!page.online) return 'unknown';
  if (panel === null) return 'none';
  if (!panel.online) return 'silent';
  return panel.jammed ? 'jammed' : 'working';
}

/** The sign that stands before the word, so that nothing hangs on colour. */
export const SIGNS: Record<Mood, string> = { working: '✓', jammed: '!', silent: '✕', unknown: '?', none: '–' };

/** The end of the serial number, as it is printed on the box: `A3F 291`; `GPIO 07` where the machine's pins are it. */
export function shortName(serial: string): string {
  if (serial.startsWith('gpio:')) return `GPIO\u00a0${serial.slice(5)}`;
  const end = serial.slice(-6).toUpperCase();
  return end.length < 6 ? end : `${end.slice(0, 3)}\u00a0${end.slice(3)}`;
}

/** The panel of a seat. */
export function panelAt(page: PanelsPage, seat: string): Panel | null {
  return page.panels.find((panel) => panel.seat === seat) ?? null;
}

/** Panels that are paired and belong to no seat, those that answer first. */
export function sparesOf(page: PanelsPage): Panel[] {
  return page.panels
    .filter((panel) => panel.seat === null)
    .sort((one, other) => Number(other.online) - Number(one.online) || one.serial.localeCompare(other.serial));
}

/** Seats whose panel cannot be used, in the order of the hall. */
export function troubledSeats(page: PanelsPage): string[] {
  const bad = (seat: string) => ['silent', 'jammed'].includes(moodOf(page, panelAt(page, seat)));
  return seatNames(page).filter(bad);
}

/** All seats, in the order of the hall. */
export function seatNames(page: PanelsPage): string[] {
  return rowsOf(page).flat().filter(Boolean);
}

/** The rows to draw: the seat map's; without one, nine seats a row. Seats with a panel that it forgot come last. */
export function rowsOf(page: PanelsPage): string[][] {
  const drawn = page.rows.filter((row) => row.some(Boolean));
  const known = new Set(drawn.flat());
  const more = [...page.seats.map((one) => one.seat), ...page.panels.flatMap((panel) => panel.seat ?? [])];
  const left = [...new Set(more)].filter((seat) => !known.has(seat)).sort(bySeat);
  const rows = [...drawn];
  for (let at = 0; at < left.length; at += 9) rows.push(left.slice(at, at + 9));
  return rows;
}

/** `2` before `10`. */
export function bySeat(one: string, other: string): number {
  return one.localeCompare(other, undefined, { numeric: true });
}

/** Who sits there; empty when nobody does. */
export function nameAt(page: PanelsPage, seat: string): string {
  return page.seats.find((one) => one.seat === seat)?.name ?? '';
}

/** How many panels a bus has, and how many of them answer. */
export function countOn(page: PanelsPage, bus: Bus): { all: number; online: number } {
  const here = page.panels.filter((panel) => panel.bus === bus.bus);
  return { all: here.length, online: here.filter((panel) => panel.online).length };
}
