/** Short names for the readiness part of the wire, and the door for the steps of a check. */
import type { components } from '../../live/protocol';
import { Orders } from '../../ui/panels/orders.svelte';

type Schemas = components['schemas'];
export type Run = Schemas['RunView'];
export type Item = Schemas['ReadinessItem'];
export type Light = Item['light'];
export type Tape = Schemas['PollTape'];
/** The server says every field, also those that have their default; the types cannot know. */
export type Tried = Required<Schemas['TriedPanel']>;

export interface ReportLine {
  report: string;
  at: string;
  by: string;
  by_name: string;
  meeting: string;
  ledger: string;
  plan: string;
  verdict: Light;
  green: number;
  amber: number;
  red: number;
}

export type RunAsk =
  | { do: 'begin' | 'open-poll' | 'close-poll' | 'measure' | 'drop' }
  | { do: 'seen'; serials: string[]; lights: boolean }
  | { do: 'finish'; note: string };

export type RunOrders = Orders<RunAsk>;

/** The door for the steps of a check. */
export function runOrders(): RunOrders {
  return new Orders<RunAsk>('/api/readiness/orders');
}

/** The panels of a check. */
export function panelsOf(run: Run): Tried[] {
  return run.panels as Tried[];
}

/** Nothing is wrong with it. */
export function isWhole(tried: Tried): boolean {
  return tried.online && tried.pressed.every(Boolean) && tried.lights === true;
}

/** The panels row by row as the hall has them; spares, and seats that no row has, come last. */
export function inRows(panels: readonly Tried[], rows: readonly (readonly string[])[]): Tried[][] {
  const of = new Map(panels.map((panel) => [panel.seat, panel]));
  const drawn = rows.map((row) => row.flatMap((seat) => of.get(seat) ?? [])).filter((row) => row.length > 0);
  const known = new Set(drawn.flat());
  const left = panels.filter((panel) => !known.has(panel));
  for (const more of [left.filter((panel) => panel.seat !== null), left.filter((panel) => panel.seat === null)]) {
    for (let at = 0; at < more.length; at += 9) drawn.push(more.slice(at, at + 9));
  }
  return drawn;
}
