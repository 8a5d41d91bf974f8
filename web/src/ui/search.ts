/** Finding a member as people type names, and putting names in the order of a Vietnamese list. */
import type { RollLine } from '../live/wire';

/** Without marks, so that "nguyen" finds "Nguyễn". */
function plain(text: string): string {
  return text.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').trim();
}

/** Whether name, seat or group holds what was typed. */
export function matches(line: RollLine, typed: string): boolean {
  return plain(`${line.name} ${line.seat} ${line.group}`).includes(plain(typed));
}

const ORDER = new Intl.Collator('vi');

/** The name by which people are called and listed stands last; a village in brackets only tells two apart. */
function givenFirst(name: string): string {
  const words = name.replace(/\s*\(.*\)\s*$/, '').split(/\s+/);
  return [words[words.length - 1] ?? '', ...words.slice(0, -1), name].join(' ');
}

/** Sorted by given name, then by the whole name. */
export function byGivenName(lines: readonly RollLine[]): RollLine[] {
  return [...lines].sort((one, other) => ORDER.compare(givenFirst(one.name), givenFirst(other.name)));
}
