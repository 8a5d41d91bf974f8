/**
 * One's own ballot in one poll, from the touch to the durable answer.
 *
 * A push never reaches in here: what is under way is settled only by the server's answer to it. A ballot
 * whose answer did not come is sent again with the same id once the line is back, unless a newer one was
 * given meanwhile.
 */
import { isRefused, NoAnswer } from './http';
import type { Live } from './live.svelte';
import { uuid } from './uuid';
import type { Choice, Refused } from './wire';

interface UnderWay {
  id: string;
  choice: Choice;
}

export class OwnBallot {
  /** Given by the delegate, not yet answered. */
  underWay: UnderWay | null = $state.raw(null);
  /** The line was lost before the answer: it will be sent again by itself. */
  waitsForLine = $state(false);
  refused: Refused | null = $state.raw(null);

  #live: Live;
  #poll: string;
  /** What the answers told us, and the entry it stands in. */
  #answered: { choice: Choice; seq: number } | null = $state.raw(null);

  constructor(live: Live, poll: string) {
    this.#live = live;
    this.#poll = poll;
  }

  /** The choice that is on disk, by whatever device it came: the newest that the server told us of. */
  get recorded(): Choice | null {
    const { mine, mineSeq } = this.#live;
    const pushed = mine?.ballot?.poll === this.#poll ? mine.ballot.choice : null;
    const answered = this.#answered;
    if (answered !== null && (pushed === null || answered.seq > mineSeq)) return answered.choice;
    return pushed;
  }

  /** The delegate pressed: this is their newest choice from now on. */
  async give(choice: Choice): Promise<void> {
    this.refused = null;
    await this.#send({ id: uuid(), choice });
  }

  /** The line is back: send what was never answered. */
  async sendAgain(): Promise<void> {
    if (this.underWay !== null && this.waitsForLine) await this.#send(this.underWay);
  }

  async #send(ballot: UnderWay): Promise<void> {
    this.underWay = ballot;
    this.waitsForLine = false;
    try {
      const answer = await this.#live.command(
        { type: 'CastBallot', poll: this.#poll, choice: ballot.choice },
        ballot.id,
      );
      if (!isRefused(answer)) this.#answered = this.#newest(ballot.choice, answer.seq);
      if (!this.#isNewest(ballot)) return;
      this.underWay = null;
      if (isRefused(answer)) this.refused = answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (this.#isNewest(ballot)) this.waitsForLine = true;
    }
  }

  /** A newer one may have been given, and even answered, while this one was on its way. */
  #isNewest(ballot: UnderWay): boolean {
    return this.underWay?.id === ballot.id;
  }

  #newest(choice: Choice, seq: number): { choice: Choice; seq: number } {
    const before = this.#answered;
    return before !== null && before.seq > seq ? before : { choice, seq };
  }
}
