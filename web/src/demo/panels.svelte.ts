/** What the panels show, asked of the server again and again; and the fingers on their buttons. */
import { SvelteMap } from 'svelte/reactivity';

import { get, NoAnswer, post } from '../live/http';
import type { Choice } from '../live/wire';
import type { Panels } from './wire';

const ASK_MS = 300;
const TRY_AGAIN_MS = 500;

/** How a button is held down: by a pointer, by a key, or left down until the next click. */
export type Grip = 'pointer' | 'key' | 'left';

/** The panels as the server last reported them; `known` is false while it does not answer. */
export class Watched {
  panels: Panels = $state.raw({ panels: 'offline', seats: [] });
  known = $state(true);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #gone = false;

  constructor(first: Panels) {
    this.panels = first;
  }

  /** Ask while the page is in sight; the answer stops it. */
  watch(): () => void {
    const look = () => {
      if (document.visibilityState === 'visible') void this.#again();
    };
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      this.#gone = true;
      clearTimeout(this.#timer);
      document.removeEventListener('visibilitychange', look);
    };
  }

  async #again(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#ask();
    clearTimeout(this.#timer);
    if (this.#gone || document.visibilityState !== 'visible') return;
    this.#timer = setTimeout(() => void this.#again(), ASK_MS);
  }

  async #ask(): Promise<void> {
    try {
      const { ok, body } = await get('/simulator.json');
      if (ok) this.panels = body as Panels;
      this.known = ok;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.known = false;
    }
  }
}

/** The simulator's fingers. What one button is told keeps its order, however quick the clicks. */
export class Fingers {
  /** The seat at which the last press went nowhere. */
  missed: string | null = $state(null);

  #held = new SvelteMap<string, Grip>();
  #told: Record<string, Promise<void>> = {};

  /** How this button is held; undefined when it is up. */
  grip(seat: string, button: Choice): Grip | undefined {
    return this.#held.get(`${seat} ${button}`);
  }

  /** Put a finger on the button. */
  press(seat: string, button: Choice, grip: Grip): void {
    const before = this.grip(seat, button);
    this.#held.set(`${seat} ${button}`, grip);
    if (before === undefined) this.#tell(seat, button, true);
  }

  /** Take it away, if it holds the button in this way. */
  release(seat: string, button: Choice, grip: Grip): void {
    if (this.grip(seat, button) !== grip) return;
    this.#held.delete(`${seat} ${button}`);
    this.#tell(seat, button, false);
  }

  /** The page goes: no button may stay down without anybody who could let it go. */
  releaseAll(): void {
    for (const key of this.#held.keys()) {
      const [seat, button] = key.split(' ');
      navigator.sendBeacon('/simulator/press', JSON.stringify({ seat, button, down: false }));
    }
    this.#held.clear();
  }

  #tell(seat: string, button: Choice, down: boolean): void {
    const key = `${seat} ${button}`;
    const before = this.#told[key] ?? Promise.resolve();
    this.#told[key] = before.then(() => this.#say(seat, button, down));
  }

  async #say(seat: string, button: Choice, down: boolean): Promise<void> {
    try {
      const { ok } = await post('/simulator/press', { seat, button, down });
      if (down) this.missed = ok ? null : seat;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (down) this.missed = seat;
      else {
        // A button must not stay down because one answer was lost.
        await new Promise((done) => setTimeout(done, TRY_AGAIN_MS));
        await this.#say(seat, button, false);
      }
    }
  }
}

/** Everyone who is present presses one button; how many panels took it. Throws NoAnswer. */
export async function everyone(mix: Record<Choice, number>): Promise<number> {
  const { body } = await post('/simulator/everyone', mix);
  return (body as { pressed: number }).pressed;
}
