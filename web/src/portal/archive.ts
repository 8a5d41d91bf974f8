/** The archive's search: every word typed must be found in a meeting or in one of its items, with or without accents. */
import { folded, part, say } from './page';

interface Entry {
  meeting: HTMLElement;
  text: string;
  details: HTMLDetailsElement | null;
  items: { line: HTMLElement; text: string }[];
}

const entries: Entry[] = [...document.querySelectorAll<HTMLElement>('#meetings > li')].map((meeting) => ({
  meeting,
  text: meeting.dataset['search'] ?? '',
  details: meeting.querySelector('details'),
  items: [...meeting.querySelectorAll<HTMLElement>('.agenda-list li')].map((line) => ({
    line,
    text: folded(line.textContent),
  })),
}));

function has(text: string, typed: string[]): boolean {
  return typed.every((word) => text.includes(word));
}

function look(query: string): void {
  const typed = folded(query).split(' ').filter((word) => word !== '');
  let count = 0;
  for (const { meeting, text, details, items } of entries) {
    const found = typed.length > 0 ? items.filter((item) => has(item.text, typed)) : [];
    const shown = has(text, typed) || found.length > 0;
    meeting.hidden = !shown;
    count += Number(shown);
    for (const item of items) item.line.hidden = found.length > 0 && !found.includes(item);
    if (details !== null && typed.length > 0) details.open = found.length > 0;
  }
  const answer = count === 0 ? say('search_none') : say('search_found', { count });
  part('found').textContent = typed.length === 0 ? '' : answer;
}

if (entries.length > 0) {
  const query = part('query') as HTMLInputElement;
  part('search').hidden = false;
  query.addEventListener('input', () => { look(query.value); });
  if (query.value !== '') look(query.value);
}
