/** The sentences of an item: the server names them, and what goes into their places. */
import { type Key, t } from '../../words/words.svelte';
import type { Item } from './wire';

/** What was looked at, what was found, and what to do about it (null: nothing). */
export function said(item: Item): { name: string; found: string; todo: string | null } {
  return {
    name: t(`readiness.item.${item.item}` as Key),
    found: t(`readiness.said.${item.item}.${item.say}` as Key, item.values).replace('….', '…'),
    todo: item.todo ? t(`readiness.do.${item.todo}` as Key) : null,
  };
}
