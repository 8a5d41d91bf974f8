/** The sentence of a recorder's problem: what is wrong and what to do. A newer recorder may know more than we do. */
import { type Key, t } from '../words/words.svelte';
import vi from '../words/vi.json';

export function problemSentence(code: string): string {
  return code in vi.recording.problem && code !== 'other'
    ? t(`recording.problem.${code}` as Key)
    : t('recording.problem.other', { code });
}
