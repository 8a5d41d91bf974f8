/** Meetings in preparation as they are on file: fetched, and fetched anew whenever they have changed. */
import { get, NoAnswer } from '../../live/http';
import type { Live } from '../../live/live.svelte';
import type { components } from '../../live/protocol';

type Schemas = components['schemas'];
export type Plan = Schemas['PlanView'];
export type PlanItem = Schemas['PlanItemView'];
export type PlannedPoll = Schemas['PlannedPollView'];
export type PlannedSitting = Schemas['SittingView'];
export type Task = Schemas['TaskView'];
export type Preview = Schemas['AgendaPreview'];

export const KINDS = ['regular_mid_year', 'regular_year_end', 'thematic', 'extraordinary', 'first'] as const;
export const ITEM_KINDS = [
  'procedure', 'speech', 'report', 'submission', 'verification', 'draft_resolution', 'discussion', 'questioning',
  'election', 'break', 'other',
] as const;

export class Plans {
  /** Null: not fetched yet. */
  all: Plan[] | null = $state.raw(null);
  today = $state('');
  place = $state('');
  trouble = $state(false);

  /** Fetch now, and again with every change on file. Call it while a component is being made. */
  constructor(live: Live) {
    let seen: number | null = null;
    $effect(() => {
      const now = live.view.filing?.changes['plans'] ?? 0;
      if (live.role !== 'clerk' && live.role !== 'chair') return;
      if (live.line === 'online' || seen === null) {
        if (seen === now) return;
        seen = now;
        void this.load();
      }
    });
  }

  async load(): Promise<void> {
    try {
      const { ok, body } = await get('/api/plans');
      this.trouble = !ok;
      if (!ok) return;
      const fetched = body as Schemas['Plans'];
      this.all = fetched.plans;
      this.today = fetched.today;
      this.place = fetched.place;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.trouble = true;
    }
  }

  find(plan: string): Plan | null {
    return this.all?.find((found) => found.plan === plan) ?? null;
  }
}
