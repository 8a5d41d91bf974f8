/** What an agenda item says, planned or real, while a person writes it. */
import type { PlanItem, PlannedPoll } from './plans.svelte';

export interface Says {
  title: string;
  number: string;
  presenter: string;
  kind: PlanItem['kind'];
  starts: number | null;
  minutes: number | null;
  sitting: number;
  private: boolean;
  note: string;
  polls: PlannedPoll[];
}

export const EMPTY: Says = {
  title: '',
  number: '',
  presenter: '',
  kind: 'other',
  starts: null,
  minutes: null,
  sitting: 1,
  private: false,
  note: '',
  polls: [],
};

/** What the item says, apart from its place and its revision. */
export function saysOf(item: Omit<Says, 'note' | 'polls'> & Partial<Says>): Says {
  const { title, number, presenter, kind, starts, minutes, sitting } = item;
  return {
    title, number, presenter, kind, starts, minutes, sitting,
    private: item.private,
    note: item.note ?? '',
    polls: (item.polls ?? []).map((poll) => ({ ...poll })),
  };
}

/** Without spaces around what was typed. */
export function tidy(says: Says): Says {
  return {
    ...says,
    title: says.title.trim(),
    number: says.number.trim(),
    presenter: says.presenter.trim(),
    note: says.note.trim(),
    polls: says.polls.map((poll) => ({ ...poll, question: poll.question.trim() })),
  };
}

/** The fields in which two versions differ. */
export function differing(one: Says, other: Says): (keyof Says)[] {
  const fields = Object.keys(one) as (keyof Says)[];
  return fields.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}
