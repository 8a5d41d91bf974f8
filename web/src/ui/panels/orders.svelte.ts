/** Orders to the panels, or to the check of the house: one at a time, and what stood against the last one in words. */
import { isRefused, NoAnswer, post } from '../../live/http';
import { uuid } from '../../live/uuid';
import { inLanguage, t } from '../../words/words.svelte';

export class Orders<Order extends { do: string }> {
  /** An order is under way: a second one waits until the first is answered. */
  busy = $state(false);
  /** What stood against the last order, in words; null when all went well. */
  trouble: string | null = $state(null);

  #path: string;
  #named: boolean;

  /** `named`: an order carries an id of its own, under which the server knows it again. */
  constructor(path: string, named = false) {
    this.#path = path;
    this.#named = named;
  }

  /** Give an order; true when it is done for good. */
  async give(order: Order): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      const { ok, body } = await post(this.#path, this.#named ? { ...order, id: uuid() } : order);
      if (isRefused(body)) this.trouble = inLanguage(body.messages);
      return ok;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.trouble = t('panels.not_sure');
      return false;
    } finally {
      this.busy = false;
    }
  }
}
