/** What is on file about debate, fetched from one address; fetched anew when the house says that it has changed. */
import { get, isRefused, NoAnswer } from '../../live/http';
import type { Live } from '../../live/live.svelte';
import type { components } from '../../live/protocol';
import { inLanguage, t } from '../../words/words.svelte';

type Schemas = components['schemas'];
export type SlipsPage = Schemas['SlipsPage'];
export type Slip = Schemas['SlipView'];
export type PledgesPage = Schemas['PledgesPage'];
export type PledgeOnFile = Schemas['PledgeView'];
export type OpinionsPage = Schemas['OpinionsPage'];
export type OpinionOnFile = Schemas['OpinionView'];
export type TextsPage = Schemas['TextsPage'];
export type Speaking = Schemas['SpeakersView'];
export type SpeakerLine = Schemas['SpeakerLine'];
export type SpeechKind = Schemas['SpeechKind'];

export class OnFile<T> {
  page: T | null = $state.raw(null);
  trouble: string | null = $state(null);

  /** `marks`: numbers that change when what is shown here may have changed. Call while a component is made. */
  constructor(path: string, live: () => Live, marks: () => string) {
    $effect(() => {
      marks();
      if (live().line === 'online') void this.#fetch(path);
    });
  }

  async #fetch(path: string): Promise<void> {
    try {
      const { ok, body } = await get(path);
      if (ok) this.page = body as T;
      this.trouble = isRefused(body) ? inLanguage(body.messages) : null;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.trouble = t('common.not_sure_done');
    }
  }
}

/** How often records of these kinds have changed, as one mark. */
export function changesOf(live: Live, ...kinds: string[]): string {
  const changes = live.view.filing?.changes ?? {};
  return kinds.map((kind) => changes[kind] ?? 0).join(' ');
}

/** `2026-12-31` in Vietnam, so many days from now. */
export function dayFromNow(days: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(Date.now() + days * 86_400_000);
}
