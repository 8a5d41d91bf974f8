/** Why a line of panels is away or troubled, as something to do. */
import type { Bus } from '../../ui/panels/wire';
import { type Key, t } from '../../words/words.svelte';
import vi from '../../words/vi.json';

/** The sentence for the word that the panels process gives; one that is not known is shown as it came. */
export function whyOffline(bus: Bus): string {
  if (bus.why in vi.panels.why) return t(`panels.why.${bus.why}` as Key, { port: bus.port });
  return t('panels.why.other', { port: bus.port, why: bus.why || '–' });
}
