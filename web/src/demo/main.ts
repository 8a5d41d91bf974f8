/** One bundle for the demo's two pages; the address says which, the server wrote its first state into the page. */
import '../ui/base.css';

import { mount } from 'svelte';
import words from 'words:demo';

import { learn } from '../words/words.svelte';
import Demo from './Demo.svelte';
import Simulator from './Simulator.svelte';
import type { Addresses, Panels } from './wire';

const first: unknown = JSON.parse(document.getElementById('first')?.textContent ?? 'null');
const target = document.getElementById('app') ?? document.body;

function show(): void {
  target.replaceChildren();
  if (location.pathname.startsWith('/simulator')) mount(Simulator, { target, props: { first: first as Panels } });
  else mount(Demo, { target, props: { addresses: first as Addresses } });
}

void learn(words).then(show);
