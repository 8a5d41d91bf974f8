/** Short names for the machine part of the wire, and its fetching: again every few seconds while somebody looks. */
import { get, isRefused, NoAnswer } from '../../live/http';
import type { components } from '../../live/protocol';
import { inLanguage, known, t } from '../../words/words.svelte';

type Schemas = components['schemas'];
/** The server says every field, also those that have their default; the types cannot know. */
export type Box = Required<Schemas['BoxPage']>;
export type Machine = Required<Schemas['MachineStatus']>;
export type Unit = Required<Schemas['UnitLine']>;
export type Clock = Required<Schemas['ClockFacts']>;
export type Line = Schemas['JournalLine'];

export const SOURCES = [
  'all',
  'appliance',
  'panels',
  'recorder',
  'papers',
  'portal',
  'backup',
  'web',
  'network',
  'kernel',
] as const;
export const LEVELS = ['all', 'warning', 'error'] as const;

/** One line of a card: a name, what is so, and whether that is as it should be. */
export interface Fact {
  name: string;
  value: string;
  good?: boolean;
}

/** What was fetched, or the sentence that says why not. */
export async function fetched(path: string): Promise<{ found: unknown } | { trouble: string }> {
  try {
    const { ok, body } = await get(path);
    if (isRefused(body)) return { trouble: inLanguage(body.messages) };
    return ok ? { found: body } : { trouble: t('common.no_answer') };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { trouble: t('common.no_answer') };
  }
}

/** What a state of systemd's is called; one that has no name here keeps its own. */
export function stateName(state: string): string {
  const key = `machine.units.states.${state}`;
  return known(key) ? t(key) : state;
}
