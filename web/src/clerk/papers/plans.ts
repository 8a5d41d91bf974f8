/** Which meetings papers can be brought in for, and which committees a paper can be for. */
import { get } from '../../live/http';
import type { components } from '../../live/protocol';
import type { Heading } from '../../ui/papers/heading';

export interface Choice {
  plan: string;
  title: string;
  ledger: string | null;
  headings: readonly (Heading & { paper: string | null })[];
}

/** What a paper that is brought in for an item most likely is; the clerk says otherwise under Edit. */
const PAPERS: Readonly<Record<string, string>> = {
  report: 'report',
  submission: 'submission',
  verification: 'verification',
  draft_resolution: 'draft_resolution',
  questioning: 'questions',
};

export async function plansOf(): Promise<readonly Choice[]> {
  const { ok, body } = await get('/api/plans');
  if (!ok) return [];
  return (body as components['schemas']['Plans']).plans.map(({ plan, title, ledger, items }) => ({
    plan,
    title,
    ledger,
    headings: items.map((item) => ({ item: item.item, number: item.printed, title: item.title, paper: PAPERS[item.kind] ?? null })),
  }));
}

/** By the names that members' own records have. */
export async function committeesOf(): Promise<readonly string[]> {
  const { ok, body } = await get('/api/desk/registry');
  return ok ? (body as components['schemas']['RegistryView']).committees.map((committee) => committee.name) : [];
}
