/** What a tablet forgets of the papers when nobody is signed in at it any more. */
import { forgetSentNotes } from './notes.svelte';
import { forgetPlaces } from './place';
import { forgetStored } from './caching';

export function forgetPapers(): void {
  forgetPlaces();
  forgetSentNotes();
  void forgetStored().catch(() => undefined);
}
