/** The papers that this reader may see, fetched anew whenever the office changes one. */
import { get, NoAnswer } from '../../live/http';
import type { Paper, PaperList } from './wire';

export class Shelf {
  papers: readonly Paper[] = $state.raw([]);
  state: 'loading' | 'ready' | 'offline' | 'refused' = $state('loading');

  plan: string | null = $state(null);
  /** When delegates were first sent papers of this plan. */
  sent: string | null = $state(null);
  /** The greatest file that is taken, in bytes. */
  largest = $state(0);

  #asked = 0;

  /** Of one plan; without one of the meeting that is on. The last asked for wins. */
  async load(plan: string | null = null): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { ok, body } = await get(plan === null ? '/api/papers' : `/api/papers?plan=${encodeURIComponent(plan)}`);
      if (asked !== this.#asked) return;
      if (ok) {
        const list = body as PaperList;
        this.papers = list.papers ?? [];
        this.plan = list.plan;
        this.sent = list.sent ?? null;
        this.largest = list.largest ?? 0;
      }
      this.state = ok ? 'ready' : 'refused';
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // What was heard last stays to be read.
      if (asked === this.#asked) this.state = 'offline';
    }
  }
}
