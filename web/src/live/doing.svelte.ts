/** A command under way from a button: whether it still is, and what stood against the last one, in words. */
import { inLanguage, t } from '../words/words.svelte';
import { isRefused, NoAnswer } from './http';
import type { Live } from './live.svelte';
import type { Command } from './wire';

export class Doing {
  busy = $state(false);
  /** What to show beside the button; null when all went well. */
  trouble: string | null = $state(null);

  #live: () => Live;

  constructor(live: () => Live) {
    this.#live = live;
  }

  /** Give the command; true when it is done and on disk. A second one waits until the first is answered. */
  async give(command: Command | Record<string, unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      const answer = await this.#live().command(command);
      if (isRefused(answer)) this.trouble = inLanguage(answer.messages);
      return !isRefused(answer);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.trouble = t('common.not_sure_done');
      return false;
    } finally {
      this.busy = false;
    }
  }
}
