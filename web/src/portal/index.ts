/** The home page: whether a sitting is going on, without loading the page again. */
import type { Frames } from './frames';
import { fetched, part, put, say } from './page';

const ASK_EVERY_MS = 10_000;
const root = document.body.dataset['root'] ?? '';

async function ask(): Promise<void> {
  const found = await fetched<Frames>(`${root}data/live.json`);
  const frame = found?.frames[found.frames.length - 1];
  if (frame === undefined) return;
  const stage = frame.private ? 'private' : frame.stage;
  part('now').dataset['stage'] = stage;
  put('now-state', say(`now_${stage}`));
  put('now-title', say(stage === 'closed' ? 'now_last' : 'now_on'));
  part('to-watch').hidden = stage === 'closed';
  // A page that was written before any meeting was convened has no way to one.
  const again = document.getElementById('to-meeting');
  if (again !== null) again.hidden = stage !== 'closed';
  put('now-item', frame.item === null ? '' : `${say('item', { number: frame.item.number })}: ${frame.item.title}`);
}

void ask();
window.setInterval(() => { if (!document.hidden) void ask(); }, ASK_EVERY_MS);
