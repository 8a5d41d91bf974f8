/** Finding a member as people type names: without marks, so that "nguyen" finds "Nguyễn". */
import type { RollLine } from '../live/wire';

function plain(text: string): string {
  return text.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').trim();
}

/** Whether name, seat or group holds what was typed. */
export function matches(line: RollLine, typed: string): boolean {
  return plain(`${line.name} ${line.seat} ${line.group}`).includes(plain(typed));
}
