/**
 * The live player: hls.js where it runs, the browser's own HLS where not, and always back to the live edge.
 *
 * Low-latency HLS first; plain HLS when the origin cannot be had (a mirror of files alone, too many viewers), and
 * low latency tried anew after a minute. A player that was starved (a phone asleep, a slow line, a busy machine)
 * plays a little faster when it is a little late, and jumps to live when it is very late: it never stays behind.
 *
 * This module knows no page: it takes a <video>, and tells what it does. `stop` when the meeting is private, `start`
 * when it is live again (state.json says so).
 */
import Hls, { type ErrorData, type HlsConfig } from 'hls.js';

export interface LiveAddresses {
  /** LL-HLS from the origin; null where there are files alone. */
  low: string | null;
  /** Plain HLS: files. */
  plain: string;
}

/** `waiting`: no picture comes (it tries on); `stopped`: told to. */
export type LiveState = 'starting' | 'playing' | 'waiting' | 'stopped';
export type LiveWay = 'low' | 'plain' | 'native';

/** Further behind than this, the player jumps to live instead of hurrying. */
const LATE_SECONDS = { low: 3.5, plain: 9, native: 15 };
/** Plain HLS begins so far from the newest picture: two and a half segments of a second. */
const PLAIN_BEHIND_SECONDS = 2.5;
/** So long without a new picture means starved. */
const STARVED_MS = 1500;
const LOOK_EVERY_MS = 500;
const TRY_AGAIN_MS = 2000;
const LOW_AGAIN_MS = 60_000;
/** After so many failures in a row the low-latency way is left. */
const LOW_FAILURES = 3;

const COMMON: Partial<HlsConfig> = {
  lowLatencyMode: true,
  // hls.js hurries only while a whole second lies buffered before it, which is all that low latency has: #hurry does.
  maxLiveSyncPlaybackRate: 1,
  // After each stall hls.js stays further behind for good, a whole second by itself.
  liveSyncOnStallIncrease: 0.4,
  maxBufferLength: 10,
  backBufferLength: 15,
  // The private state is told by state.json; a dead playlist is tried anew here, by our own clock.
  manifestLoadPolicy: quickly(10_000),
  playlistLoadPolicy: quickly(10_000),
  fragLoadPolicy: quickly(20_000),
};

export class LivePlayer {
  readonly #video: HTMLVideoElement;
  readonly #addresses: LiveAddresses;
  readonly #told: (state: LiveState) => void;
  #hls: Hls | null = null;
  #way: LiveWay = 'low';
  #state: LiveState = 'stopped';
  #failures = 0;
  #leftLowAt = 0;
  #lookTimer: number | undefined;
  #againTimer: number | undefined;
  #lastTime = 0;
  #movedAt = 0;

  constructor(video: HTMLVideoElement, addresses: LiveAddresses, told: (state: LiveState) => void = () => undefined) {
    this.#video = video;
    this.#addresses = addresses;
    this.#told = told;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** How the picture comes now. */
  get way(): LiveWay {
    return this.#way;
  }

  /** When the picture on screen was taken, by the stream's own clock: milliseconds since 1970. Null: no picture. */
  get shownAt(): number | null {
    if (this.#hls !== null) return this.#hls.playingDate?.getTime() ?? null;
    const start = this.#state === 'stopped' ? null : nativeStart(this.#video);
    return start === null ? null : start + this.#video.currentTime * 1000;
  }

  /** Seconds behind the newest picture that can be had; null when not known. */
  get behind(): number | null {
    if (this.#hls !== null) return this.#hls.latency || null;
    const { seekable, currentTime } = this.#video;
    return seekable.length === 0 ? null : seekable.end(seekable.length - 1) - currentTime;
  }

  start(): void {
    if (this.#state !== 'stopped') return;
    this.#failures = 0;
    this.#say('starting');
    this.#open(this.#addresses.low === null ? 'plain' : 'low');
    this.#lookTimer = window.setInterval(() => { this.#look(); }, LOOK_EVERY_MS);
  }

  /** Leaves nothing on screen: the last picture goes with it. */
  stop(): void {
    window.clearInterval(this.#lookTimer);
    this.#close();
    this.#say('stopped');
  }

  /** To the live edge, for a "live" button as for a player that was starved. */
  toLive(): void {
    const live = this.#hls?.liveSyncPosition ?? this.#nativeLive();
    if (live !== null && Math.abs(live - this.#video.currentTime) > 0.3) this.#video.currentTime = live;
    this.#movedAt = performance.now();
    this.#play();
  }

  #open(way: 'low' | 'plain'): void {
    this.#close();
    this.#movedAt = performance.now();
    const address = way === 'low' && this.#addresses.low !== null ? this.#addresses.low : this.#addresses.plain;
    this.#way = address === this.#addresses.plain ? 'plain' : 'low';
    if (Hls.isSupported()) this.#openHls(address);
    else this.#openNative(address);
    this.#play();
  }

  #openHls(address: string): void {
    const plain = { liveSyncDuration: PLAIN_BEHIND_SECONDS, liveMaxLatencyDuration: LATE_SECONDS.plain };
    // For low latency the playlist says how far behind to be (PART-HOLD-BACK); hls.js takes a bound for being late
    // only with a distance of ours, so #look alone watches over it.
    const hls = new Hls({ ...COMMON, ...(this.#way === 'plain' ? plain : {}) });
    this.#hls = hls;
    hls.on(Hls.Events.ERROR, (_, data) => { this.#failed(hls, data); });
    hls.on(Hls.Events.FRAG_BUFFERED, () => { this.#failures = 0; });
    hls.loadSource(address);
    hls.attachMedia(this.#video);
  }

  /** Safari without Media Source knows both kinds by itself, and keeps near live by itself. */
  #openNative(address: string): void {
    this.#way = 'native';
    this.#video.src = address;
    this.#video.addEventListener('error', this.#nativeFailed);
  }

  readonly #nativeFailed = (): void => { this.#tryAgain(); };

  #failed(hls: Hls, data: ErrorData): void {
    if (!data.fatal || hls !== this.#hls) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && ++this.#failures < LOW_FAILURES) hls.recoverMediaError();
    else this.#tryAgain();
  }

  /** All is opened anew after a moment, low latency given up for a while when it fails again and again. */
  #tryAgain(): void {
    this.#failures += 1;
    this.#say('waiting');
    this.#close();
    const low = this.#addresses.low !== null && this.#way === 'low' && this.#failures < LOW_FAILURES;
    if (this.#way === 'low' && !low) this.#leftLowAt = performance.now();
    const wait = this.#way === 'low' && !low ? 0 : TRY_AGAIN_MS;
    this.#againTimer = window.setTimeout(() => { this.#open(low ? 'low' : 'plain'); }, wait);
  }

  #close(): void {
    window.clearTimeout(this.#againTimer);
    this.#video.removeEventListener('error', this.#nativeFailed);
    if (this.#hls !== null) this.#hls.destroy();
    else if (this.#video.hasAttribute('src')) {
      this.#video.removeAttribute('src');
      this.#video.load();
    }
    this.#hls = null;
  }

  /** Twice a second: is there a picture, is it late, is low latency worth another try? */
  #look(): void {
    const now = performance.now();
    const video = this.#video;
    if (video.currentTime !== this.#lastTime) {
      this.#lastTime = video.currentTime;
      this.#movedAt = now;
      this.#say('playing');
    }
    if (video.paused && !document.hidden && this.#state !== 'playing') this.#play();
    if (video.paused) return;
    const starved = now - this.#movedAt > STARVED_MS;
    if (starved) this.#say('waiting');
    this.#hurry();
    if (this.#late() || (starved && this.#canJump())) this.toLive();
    if (this.#way === 'plain' && this.#addresses.low !== null && now - this.#leftLowAt > LOW_AGAIN_MS) {
      this.#leftLowAt = now;
      this.#open('low');
    }
  }

  /** A little late, and enough in hand: a little faster, at most by a fifth; the voice keeps its pitch. */
  #hurry(): void {
    const hls = this.#hls;
    if (hls === null) return;
    const late = hls.latency - (hls.targetLatency ?? hls.latency);
    const { buffered, currentTime } = this.#video;
    const inHand = buffered.length === 0 ? 0 : buffered.end(buffered.length - 1) - currentTime;
    const rate = late > 0.15 && inHand > 0.45 ? Math.min(1.2, 1.05 + Math.floor(late / 0.4) * 0.05) : 1;
    if (this.#video.playbackRate !== rate) this.#video.playbackRate = rate;
  }

  #late(): boolean {
    const live = this.#hls?.liveSyncPosition ?? this.#nativeLive();
    const target = this.#hls?.targetLatency ?? 0;
    return live !== null && live - this.#video.currentTime > LATE_SECONDS[this.#way] - target;
  }

  /** A starved player that has a later place to go to: a hole lies before it, or it slept. */
  #canJump(): boolean {
    const live = this.#hls?.liveSyncPosition ?? this.#nativeLive();
    return live !== null && live - this.#video.currentTime > 0.5;
  }

  #nativeLive(): number | null {
    const { seekable } = this.#video;
    return this.#hls !== null || seekable.length === 0 ? null : seekable.end(seekable.length - 1) - 3;
  }

  #play(): void {
    // Refused where sound may not start by itself: the page's own play button is there.
    this.#video.play().catch(() => undefined);
  }

  #say(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#told(state);
  }
}

function quickly(timeout: number) {
  const retry = { maxNumRetry: 2, retryDelayMs: 300, maxRetryDelayMs: 1000 };
  return {
    default: {
      maxTimeToFirstByteMs: timeout,
      maxLoadTimeMs: timeout,
      timeoutRetry: retry,
      errorRetry: retry,
    },
  };
}

/** Safari alone says when its position 0 was. */
function nativeStart(video: HTMLVideoElement & { getStartDate?: () => Date }): number | null {
  const time = video.getStartDate?.().getTime();
  return time === undefined || Number.isNaN(time) ? null : time;
}
