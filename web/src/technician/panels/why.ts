/** Why a line of panels is away or troubled, as something to do. */
import type { Bus } from '../../ui/panels/wire';
import { known, t } from '../../words/words.svelte';

/** The sentence for the word that the panels process gives; one that is not known is shown as it came. */
export function whyOffline(bus: Bus): string {
  const key = `panels.why.${bus.why}`;
  if (known(key)) return t(key, { port: bus.port });
  return t('panels.why.other', { port: bus.port, why: bus.why || '–' });
}
