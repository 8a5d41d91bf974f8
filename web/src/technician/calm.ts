/** Whether there is nothing to do, and what the recorder's words are called. */
import type { Live } from '../live/live.svelte';
import { isUnfilmed, recordingIn } from '../live/recording';
import { known, t } from '../words/words.svelte';

/** Nothing on this page asks for a hand. */
export function isCalm(live: Live): boolean {
  const { health, devices } = live.view;
  const recording = recordingIn(live.view);
  if ((live.view.alerts ?? []).length > 0) return false;
  if (live.line !== 'online' || health?.fault || health?.time_doubtful || devices?.panels === 'offline') return false;
  if (recording !== null && isUnfilmed(live.view, recording)) return false;
  return recording === null || (recording.online && recording.known && recording.problems.length === 0);
}

/** What a kind of source is called. */
export function kindName(kind: string): string {
  const key = `technician.source.${kind}`;
  return known(key) ? t(key) : kind;
}
