/** What the boxes of a ballot are called, by the kind of vote; and which round the hall looks at. */
import type { Election, Mark, Poll, View } from '../../live/wire';
import { t } from '../../words/words.svelte';

export function markName(kind: Election['kind'], mark: Mark): string {
  if (kind === 'confidence_vote' && mark === 'yes') return t('election.mark.confidence');
  if (kind === 'confidence_vote' && mark === 'no') return t('election.mark.no_confidence');
  return t(`election.mark.${mark}`);
}

/** Ballots are out, or the result has just been told for the current item; null: no secret vote is before the hall. */
export function electionOnTheTable(view: View): Election | null {
  const all = view.elections ?? [];
  const voting = all.find((found) => found.state === 'issuing');
  if (voting !== undefined) return voting;
  const current = view.agenda?.find((item) => item.state === 'current')?.item;
  const here = all.filter((found) => found.item === current && found.state !== 'drafted' && found.state !== 'void');
  return here[here.length - 1] ?? null;
}

const VOTED_ON: Partial<Record<Election['state'], 'list' | 'tellers' | 'result'>> = {
  nominating: 'list',
  listed: 'tellers',
  announced: 'result',
};

/** The open vote that this round has just had (on its list, its tellers, its result): its numbers come before the names. */
export function isItsOwnVote(election: Election, poll: Poll): boolean {
  const purpose = VOTED_ON[election.state];
  const name = purpose === undefined ? undefined : election.polls?.[purpose];
  return name !== undefined && (poll.poll === name || poll.repeats === name);
}

/** Rounds that still go on: the tellers' page and the delegates' link to it. */
export function isTellerOf(election: Election, names: readonly (string | null | undefined)[]): boolean {
  return election.tellers.some((teller) => names.includes(teller.who));
}
