/** The copy of the meeting's papers on this tablet: asked for by the delegate, then kept in step; gone at sign-out. */
import { forgetStored, type Index, storedIndex, storePapers, storeShell, writeIndex } from './caching';
import type { Heading } from './heading';
import { now } from './time';
import type { Paper } from './wire';

export class Stored {
  index: Index | null = $state.raw(null);
  done = $state(0);
  total = $state(0);
  busy = $state(false);
  failed = $state(false);

  #stop = false;

  async look(member: string): Promise<void> {
    const found = await storedIndex();
    this.index = found?.member === member ? found : null;
  }

  async store(
    papers: readonly Paper[],
    headings: readonly Heading[],
    who: { member: string; name: string; meeting: string },
  ): Promise<void> {
    if (this.busy) return;
    [this.busy, this.failed, this.#stop] = [true, false, false];
    try {
      await storeShell();
      const bytes = await storePapers(papers, who.member, (done, total) => {
        [this.done, this.total] = [done, total];
        return !this.#stop;
      });
      if (bytes === null) return;
      const index: Index = { ...who, stored: now(), bytes, papers: [...papers], headings: [...headings] };
      await writeIndex(index);
      this.index = index;
    } catch {
      // No line, or no room: what came before stays.
      this.failed = true;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    this.#stop = true;
  }

  async drop(): Promise<void> {
    this.stop();
    await forgetStored();
    this.index = null;
  }
}
