/** The steps of the script. The server says which there are and gives them names and speech; here they get their questions. */
import type { Poll, Step, View } from '../live/wire';
import { clockTime } from '../words/format';
import { inLanguage, known, refusalSentence, t } from '../words/words.svelte';

/** What a step needs to know before it is given. */
export type Ask = 'none' | 'sitting' | 'quorum' | 'reason' | 'scope' | 'public' | 'sure' | 'fields';

/** The command's name, e.g. `OpenPoll`. */
export function kindOf(step: Step): string {
  return step.command.type as string;
}

/** One name for one step: two drafts on one item give two steps of a kind. */
export function keyOf(step: Step): string {
  return JSON.stringify(step.command);
}

/** The poll a step is about. */
export function pollOf(step: Step, view: View): Poll | null {
  const named = step.command.poll;
  if (view.poll?.poll === named) return view.poll ?? null;
  return view.polls?.find((poll) => poll.poll === named) ?? null;
}

/** Of a poll that repeats another: which one and why; null for any other. */
export function repeatOf(poll: Poll | null, view: View): string | null {
  if (poll === null || (poll.repeats ?? null) === null) return null;
  const old = view.poll?.poll === poll.repeats ? view.poll : view.polls?.find((found) => found.poll === poll.repeats);
  const time = old?.opened ? clockTime(old.opened) : '…';
  return t('chair.repeat_of', { time, reason: poll.repeat_reason ?? '' });
}

/** What the button says. */
export function labelOf(step: Step): string {
  return step.label ? inLanguage(step.label) : kindOf(step);
}

/** What the chair says aloud with it, paragraph by paragraph. */
export function speechOf(step: Step): string[] {
  return (step.say ?? []).map(inLanguage);
}

/** What to do beside pressing the button; null where the button is all. */
export function hintOf(step: Step): string | null {
  return step.hint ? inLanguage(step.hint) : null;
}

/** Why a step is not possible now, in the chair's terms where the general sentence speaks to a delegate. */
export function whyNot(step: Step): string {
  const code = step.why ?? '';
  const key = `chair.why.${code}`;
  return known(key) ? t(key) : refusalSentence(code);
}

/** A step that the script marks as the next one may still need the chair's word on the quorum. */
export function isPossible(step: Step): boolean {
  return step.allowed || step.why === 'below-quorum';
}

/**
 * What to ask before the step is given. `missing`: present and not pressed; `entries`: not yet confirmed;
 * `own`: the chair's own ballot is missing; `scope`: what is private now. What lets the public in again is asked once
 * more: what was said in the hall cannot be taken back.
 */
export function askBefore(
  step: Step,
  missing: number,
  entries: number,
  own: boolean,
  scope: 'item' | 'sitting' | null,
): Ask {
  switch (kindOf(step)) {
    case 'OpenSitting':
      return 'sitting';
    case 'OpenPoll':
    case 'IssueBallots':
      return step.why === 'below-quorum' ? 'quorum' : 'none';
    case 'ClosePoll':
      return missing > 0 || entries > 0 || own ? 'sure' : 'none';
    case 'VoidPoll':
    case 'RepeatPoll':
      return 'reason';
    case 'GoPrivate':
      return 'scope';
    case 'GoPublic':
      return 'public';
    case 'StartItem':
      return scope === 'item' ? 'public' : 'none';
    case 'CloseSitting':
    case 'CloseMeeting':
      return 'sure';
    default:
      if ((step.asks ?? []).length > 0) return 'fields';
      return step.sure ? 'sure' : 'none';
  }
}
