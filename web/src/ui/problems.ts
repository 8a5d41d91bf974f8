/** The sentence of a recorder's problem: what is wrong and what to do. A newer recorder may know more than we do. */
import { known, t } from '../words/words.svelte';

export function problemSentence(code: string): string {
  const key = `recording.problem.${code}`;
  return known(key) && code !== 'other' ? t(key) : t('recording.problem.other', { code });
}
