/** Turns what happens on a delegate's screen into spoken prompts. What was true when the page came is not news. */
import type { Live } from '../live/live.svelte';
import { currentEase } from './ease.svelte';
import { type Prompt, voice } from './voice.svelte';

/** What a prompt can come from: compared one moment to the next. */
export interface Moment {
  poll: string | null;
  state: string | null;
  entitled: boolean;
  ballot: string | null;
  adopted: boolean | null;
  standing: string | null;
  line: string;
  sitting: string | null;
  speaking: boolean;
}

export function momentOf(live: Live): Moment {
  const poll = live.view.poll ?? null;
  const mine = live.mine;
  return {
    poll: poll?.poll ?? null,
    state: poll?.state ?? null,
    entitled: mine?.entitled ?? false,
    ballot: mine?.ballot && mine.ballot.poll === poll?.poll ? mine.ballot.choice : null,
    adopted: poll?.result?.adopted ?? null,
    standing: mine?.standing ?? null,
    line: live.line,
    sitting: live.view.meeting?.sitting ?? null,
    speaking: mine !== null && live.view.floor?.member === mine.member,
  };
}

/** The one prompt that the step from `before` to `now` asks for; null: nothing to say. Pure. */
export function promptFor(before: Moment, now: Moment, own: boolean): Prompt | null {
  const samePoll = before.poll === now.poll;
  if (now.line === 'offline' && before.line === 'online') return 'offline';
  if (now.line === 'online' && before.line === 'offline') return 'online';
  if (now.ballot !== null && (now.ballot !== before.ballot || !samePoll)) {
    return own ? (`recorded_${now.ballot}` as Prompt) : 'recorded';
  }
  // What is open and what is one's own come in two messages, in either order: news once both hold.
  const could = samePoll && before.state === 'open' && before.entitled;
  if (now.state === 'open' && now.entitled && !could) return 'vote_open';
  if (now.state === 'held' && before.state === 'open') return 'held';
  if (samePoll && now.state === 'closed' && (before.state === 'open' || before.state === 'held')) return 'closed';
  if (samePoll && now.state === 'announced' && before.state !== 'announced' && now.adopted !== null) {
    return now.adopted ? 'adopted' : 'rejected';
  }
  if (now.speaking && !before.speaking) return 'floor';
  if (now.sitting === null && before.sitting !== null) return 'recess';
  if (now.sitting !== null && before.sitting !== now.sitting && now.standing !== 'present') return 'check_in';
  if (now.standing === 'present' && before.standing !== 'present' && before.standing !== null) return 'present';
  return null;
}

/** Speak for as long as the calling component lives. */
export function speakAlong(live: () => Live): void {
  let before: Moment | null = null;
  $effect(() => {
    const now = momentOf(live());
    const { spoken } = currentEase();
    const prompt = before === null ? null : promptFor(before, now, spoken === 'all');
    before = now;
    if (prompt !== null && spoken !== 'nothing') void voice.say(prompt);
  });
}
