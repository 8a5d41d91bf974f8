/** Finding as people type: without marks, so that "nguyen" finds "Nguyễn". */
function plain(text: string): string {
  return text.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').trim();
}

/** Whether the text holds what was typed. */
export function found(text: string, typed: string): boolean {
  return plain(text).includes(plain(typed));
}
