/**
 * The live page. Two things are asked for every second: whether the public may see (state.json, the recorder's word),
 * and the frames. The picture is some seconds old, so what stands beside it is the frame of the picture, not the newest.
 */
import { type Clock, type Frame, frameOf, type Frames, uptimeOf } from './frames';
import { LivePlayer } from './live_player';
import { fetched, part, put, say, theVideo } from './page';

const ASK_EVERY_MS = 1000;
const SHOW_EVERY_MS = 200;
const CLOCK_EVERY_MS = 5000;
/** Without an answer for so long the page says that it has no connection. */
const LOST_MS = 6000;

interface State {
  state: 'live' | 'private' | 'unknown' | 'off';
}

type Card = 'private' | 'before' | 'pause' | 'closed' | 'none' | 'sitting' | 'lost' | 'unknown';

const live = part('live');
const video = theVideo();
const address = (name: string) => new URL(live.dataset[name] ?? '', document.baseURI).href;

let state: State['state'] = 'off';
let frames: Frames = { meeting: { ledger: '', title: '' }, frames: [] };
let clock: Clock | null = null;
let answeredAt = performance.now();
let clockAt = -CLOCK_EVERY_MS;
let asking = false;

video.replaceChildren();
const player = new LivePlayer(video, { low: address('low'), plain: address('plain') }, () => { show(); });

function newest(): Frame | null {
  return frames.frames[frames.frames.length - 1] ?? null;
}

async function ask(): Promise<void> {
  if (asking) return;
  asking = true;
  const now = performance.now();
  const [told, found] = await Promise.all([fetched<State>(address('state')), fetched<Frames>(address('frames'))]);
  if (told !== null || found !== null) answeredAt = performance.now();
  if (found !== null) frames = found;
  if (told !== null) state = told.state;
  // Where the commune's portal carries no live picture at all there is no state.json.
  else if (found !== null) state = 'off';
  if (now - clockAt >= CLOCK_EVERY_MS && state === 'live') {
    clockAt = now;
    clock = (await fetched<Clock>(address('clock'))) ?? clock;
  }
  asking = false;
  act();
  show();
}

/** The picture goes and comes with the word of the recorder; the ledger's word alone is enough to take it away. */
function act(): void {
  const shut = state === 'private' || newest()?.private === true;
  if (shut || state === 'off') player.stop();
  else if (state === 'live') player.start();
}

function card(): Card | null {
  const last = newest();
  if (state === 'private' || last?.private === true) return 'private';
  if (performance.now() - answeredAt > LOST_MS && player.state !== 'playing') return 'lost';
  // Whoever comes while the hall is out of reach has no picture that could be held.
  if (state === 'unknown' && player.state === 'stopped') return 'unknown';
  if (state !== 'off') return null;
  return last === null ? 'none' : last.stage;
}

function show(): void {
  const shown = card();
  part('card').hidden = shown === null;
  if (shown !== null) {
    put('card-title', say(`card_${shown}`));
    put('card-why', say(`card_${shown}_why`));
    part('card-link').hidden = shown !== 'closed';
  }
  const held = state === 'unknown' && shown === null ? `${say('card_unknown')}. ${say('card_unknown_why')}` : '';
  part('held').hidden = held === '';
  put('held', held);
  showPlayer(shown === null);
  // Beside a card there is nothing to tell; "no item yet" would be a wrong word for a private or an ended sitting.
  part('state').hidden = shown !== null && shown !== 'sitting';
  beside();
}

function showPlayer(open: boolean): void {
  const behind = player.behind;
  const late = behind !== null && behind > 3;
  part('on-air').hidden = !open || player.state !== 'playing';
  part('sound').hidden = !open || !video.muted;
  part('to-live').hidden = !open || (!late && !video.paused);
  let note = '';
  if (open && player.state === 'waiting') note = say('waiting');
  else if (open && late) note = say('behind', { seconds: Math.round(behind) });
  put('behind', note);
}

function beside(): void {
  const shownAt = player.shownAt;
  const uptime = shownAt === null || clock === null ? null : uptimeOf(shownAt, clock);
  const frame = frameOf(frames.frames, uptime);
  live.dataset['seq'] = String(frame?.seq ?? '');
  const item = frame?.item ?? null;
  const poll = frame?.poll ?? null;
  const result = poll?.result ?? null;
  put('item', item === null ? say('no_item') : `${say('item', { number: item.number })}: ${item.title}`);
  put('presenter', item === null || item.presenter === '' ? '' : say('presenter', { name: item.presenter }));
  const speaker = frame?.speaker ?? null;
  const speaks = speaker?.kind ? say(`speech_${speaker.kind}`) : '';
  put(
    'speaker',
    speaker === null ? say('no_speaker') : [speaker.name, speaker.office, speaks].filter((s) => s !== '').join(' – '),
  );
  put('poll', poll === null ? say('no_poll') : poll.title);
  put('poll-state', poll === null ? '' : say(`poll_${poll.state}`));
  part('result').hidden = result === null;
  part('result').dataset['adopted'] = String(result?.adopted ?? '');
  put('outcome', result === null ? '' : `${result.adopted ? '●' : '✕'} ${say(result.adopted ? 'adopted' : 'rejected')}`);
  put('sentence', result?.sentence[live.dataset['language'] ?? 'vi'] ?? '');
  put('in-step', uptime === null ? '' : say('in_step'));
}

part('sound').addEventListener('click', () => {
  video.muted = false;
  player.toLive();
  show();
});
part('to-live').addEventListener('click', () => { player.toLive(); });
document.addEventListener('visibilitychange', () => { if (!document.hidden) void ask(); });

void ask();
window.setInterval(() => { if (!document.hidden) void ask(); }, ASK_EVERY_MS);
window.setInterval(show, SHOW_EVERY_MS);
