/** Puts a page in place of the first state that the server rendered: at once, with the same state, so nothing flashes. */
import './base.css';
import '../ease/ease.css';

import { type Component, mount } from 'svelte';

import { Live } from '../live/live.svelte';
import type { Snapshot } from '../live/wire';
import { learn, type Words } from '../words/words.svelte';
import { keepFocus } from './keep_focus';
import Rehearsal from './Rehearsal.svelte';

/** The snapshot that the server wrote into the page; null when nobody is signed in. */
function first(): Snapshot | null {
  const text = document.getElementById('first')?.textContent ?? 'null';
  return JSON.parse(text) as Snapshot | null;
}

/** The page's one live view, and the page on top of it, once its words are there: the line does not wait for them. */
export async function start(page: Component<{ live: Live }>, words: Words): Promise<void> {
  const target = document.getElementById('app') ?? document.body;
  const live = new Live(first());
  if (live.role !== null) live.connect();
  await learn(words);
  target.replaceChildren();
  keepFocus();
  mount(Rehearsal, { target, props: { live } });
  mount(page, { target, props: { live } });
}
