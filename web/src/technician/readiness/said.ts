/** Sentences that the server names: it sends a key of the word file and what goes into its places. */
import { type Key, t } from '../../words/words.svelte';

/** The sentence with its places filled. */
export function byName(key: string, values: Record<string, string>): string {
  return t(key as Key, values);
}
