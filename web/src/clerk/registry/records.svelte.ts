/** What is on file, as the desk has fetched it; fetched anew when the house says that it has changed. */
import { get, isRefused, NoAnswer } from '../../live/http';
import type { Live } from '../../live/live.svelte';
import type { components } from '../../live/protocol';
import { inLanguage, t } from '../../words/words.svelte';

type Schemas = components['schemas'];
export type OnFile = Schemas['RegistryView'];
export type MemberOnFile = Schemas['MemberView'];
export type Preview = Schemas['ImportPreview'];

/** The kinds of records (the section `filing`) that this page shows. */
const KINDS = ['councils', 'members', 'member_groups', 'committees', 'guests', 'seat_maps'];

export class Records {
  view: OnFile | null = $state.raw(null);
  trouble: string | null = $state(null);

  /** A number that changes when something that is shown here has changed. */
  static changes(live: Live): number {
    const changes = live.view.filing?.changes ?? {};
    return KINDS.reduce((sum, kind) => sum + (changes[kind] ?? 0), 0);
  }

  /** Fetch it all; what was shown stays until the answer is there. */
  async fetch(): Promise<void> {
    try {
      const { ok, body } = await get('/api/desk/registry');
      if (ok) {
        this.view = body as OnFile;
        this.trouble = null;
      } else {
        this.trouble = isRefused(body) ? inLanguage(body.messages) : t('common.not_sure_done');
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.trouble = t('registry.not_fetched');
    }
  }
}
