/** Where what was looked for stands in a text, whatever tones and marks were left out: "nghi quyet" finds "Nghị quyết". */

export interface Part {
  text: string;
  hit: boolean;
}

/** One sign without its marks, in small letters. */
function plain(sign: string): string {
  return sign.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'd').toLowerCase();
}

/** `text` in parts, those that are one of the words of `words` marked as hits. */
export function marked(text: string, words: string): Part[] {
  const wanted = plainOf(words).split(/\s+/).filter((word) => word.length > 1);
  if (wanted.length === 0) return [{ text, hit: false }];
  const signs = Array.from(text);
  const plainSigns = signs.map(plain);
  const parts: Part[] = [];
  let begin = 0;
  for (let at = 0; at < signs.length; at += 1) {
    const long = wanted.map((word) => reach(plainSigns, at, word)).reduce((one, other) => Math.max(one, other), 0);
    if (long === 0) continue;
    if (at > begin) parts.push({ text: signs.slice(begin, at).join(''), hit: false });
    parts.push({ text: signs.slice(at, at + long).join(''), hit: true });
    begin = at + long;
    at = begin - 1;
  }
  if (begin < signs.length) parts.push({ text: signs.slice(begin).join(''), hit: false });
  return parts;
}

function plainOf(text: string): string {
  return Array.from(text, plain).join('');
}

/** How many signs from `at` on spell `word`; 0 when they do not. */
function reach(signs: readonly string[], at: number, word: string): number {
  let [left, count] = [word, 0];
  while (left !== '') {
    const sign = signs[at + count];
    if (sign === undefined || !left.startsWith(sign)) return 0;
    left = left.slice(sign.length);
    count += 1;
  }
  return count;
}

/** `text` in parts by the places that the server names: [start, end) in signs. */
export function between(text: string, marks: readonly (readonly unknown[])[]): Part[] {
  const signs = Array.from(text);
  const parts: Part[] = [];
  let begin = 0;
  for (const [start, end] of marks as readonly (readonly [number, number])[]) {
    if (start > begin) parts.push({ text: signs.slice(begin, start).join(''), hit: false });
    parts.push({ text: signs.slice(start, end).join(''), hit: true });
    begin = end;
  }
  if (begin < signs.length) parts.push({ text: signs.slice(begin).join(''), hit: false });
  return parts;
}
