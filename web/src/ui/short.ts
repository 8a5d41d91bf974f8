/** A name on a small square. */

/** "Nguyễn Văn Mẫu An (thôn Đông)" is "N.V. Mẫu An (Đông)": what tells namesakes apart stays. */
export function short(name: string): string {
  const [, whole = name, apart = ''] = /^(.*?)\s*(?:\((.*)\))?$/.exec(name) ?? [];
  const words = whole.split(' ');
  const initials = words.slice(0, -2).map((word) => `${word.charAt(0)}.`).join('');
  // "thôn Đông" is told by "Đông"; a remark without a proper name stays as it is.
  const place = apart.replace(/^(?:\p{Ll}+ )+(?=\p{Lu})/u, '');
  const given = words.slice(-2).join('\u00a0');
  return [initials, given].filter(Boolean).join(' ') + (place === '' ? '' : ` (${place.replaceAll(' ', '\u00a0')})`);
}
