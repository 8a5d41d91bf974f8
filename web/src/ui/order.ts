/** Where an item of an agenda goes: the agenda is one row in which each item is followed by its parts. Pure. */
export interface Line {
  item: string;
  parent?: string | null | undefined;
}

/** As MoveItem and MovePlanItem have it: behind `after` on the level of `parent`; null is first of its level. */
export interface Place {
  parent: string | null;
  after: string | null;
}

function level(row: readonly Line[], parent: string | null): Line[] {
  return row.filter((line) => (line.parent ?? null) === parent);
}

/** One place up on its level; null: it is the first. */
export function upward(row: readonly Line[], item: string): Place | null {
  const line = row.find((found) => found.item === item);
  if (line === undefined) return null;
  const parent = line.parent ?? null;
  const peers = level(row, parent);
  const at = peers.indexOf(line);
  return at <= 0 ? null : { parent, after: peers[at - 2]?.item ?? null };
}

/** One place down on its level; null: it is the last. */
export function downward(row: readonly Line[], item: string): Place | null {
  const line = row.find((found) => found.item === item);
  if (line === undefined) return null;
  const parent = line.parent ?? null;
  const next = level(row, parent)[level(row, parent).indexOf(line) + 1];
  return next === undefined ? null : { parent, after: next.item };
}

/** A part of the item above it, its last; null where it cannot be one. */
export function inward(row: readonly Line[], item: string): Place | null {
  const line = row.find((found) => found.item === item);
  if (line === undefined || line.parent || row.some((found) => found.parent === item)) return null;
  const peers = level(row, null);
  const above = peers[peers.indexOf(line) - 1];
  return above === undefined ? null : { parent: above.item, after: level(row, above.item).pop()?.item ?? null };
}

/** An item of its own, behind the one it is a part of; null: it is one already. */
export function outward(row: readonly Line[], item: string): Place | null {
  const line = row.find((found) => found.item === item);
  return line?.parent ? { parent: null, after: line.parent } : null;
}

/** Let fall on `target`: it takes that one's place, and what was there moves on in the direction it came from. */
export function dropped(row: readonly Line[], item: string, target: string): Place | null {
  const line = row.find((found) => found.item === item);
  const there = row.find((found) => found.item === target);
  if (line === undefined || there === undefined || item === target || there.parent === item) return null;
  const parent = there.parent ?? null;
  if (parent !== null && row.some((found) => found.parent === item)) return null;
  if (row.indexOf(line) < row.indexOf(there)) return { parent, after: target };
  const peers = level(row, parent).filter((found) => found.item !== item);
  return { parent, after: peers[peers.indexOf(there) - 1]?.item ?? null };
}
