/** A teller's own readings, fetched again after each paper and whenever the other one gets on. */
import { get, isRefused } from '../live/http';
import type { CountPage } from '../live/wire';

export class Readings {
  page: CountPage | null = $state.raw(null);
  /** The server says: not a teller of this vote. */
  refused = $state(false);

  #asked = 0;

  /** Throws NoAnswer. An answer that was overtaken by a later question is dropped. */
  async fetch(election: string): Promise<void> {
    const asked = ++this.#asked;
    const { ok, body } = await get(`/api/count?election=${encodeURIComponent(election)}`);
    if (asked !== this.#asked) return;
    this.refused = !ok && isRefused(body);
    if (ok) this.page = body as CountPage;
  }
}
