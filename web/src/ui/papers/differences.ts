/** The lines of two versions as rows of a table; a long stretch that is the same is folded to a few lines at its ends. */
import type { Comparison } from './wire';

type Hunk = Comparison['hunks'][number];
export type Line = Hunk['old'][number];

export interface Row {
  key: string;
  change: Hunk['change'] | 'folded';
  hunk: number;
  /** The row that one comes to when going from difference to difference. */
  first: boolean;
  old: Line | null;
  fresh: Line | null;
  /** Lines behind a fold. */
  hidden: number;
}

const AROUND = 2;

/** `place` of `last`: what is the same at the very beginning and end needs no lines around it. */
export function rowsOf(hunk: Hunk, place: number, last: number, unfolded: boolean): Row[] {
  const long = Math.max(hunk.old.length, hunk.new.length);
  const all = Array.from(
    { length: long },
    (_, line): Row => ({
      key: `${place} ${line}`,
      change: hunk.change,
      hunk: place,
      first: line === 0,
      old: hunk.old[line] ?? null,
      fresh: hunk.new[line] ?? null,
      hidden: 0,
    }),
  );
  if (hunk.change !== 'same' || unfolded) return all;
  const head = place === 0 ? 0 : AROUND;
  const foot = place === last ? 0 : AROUND;
  if (long <= head + foot + 3) return all;
  const hidden = long - head - foot;
  const fold: Row = { key: `${place} fold`, change: 'folded', hunk: place, first: false, old: null, fresh: null, hidden };
  return [...all.slice(0, head), fold, ...all.slice(long - foot)];
}
