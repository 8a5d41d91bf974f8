/** One bundle for the demo's two pages; the address says which, the server wrote its first state into the page. */
import '../ui/base.css';

import { mount } from 'svelte';

import type { DemoSheet, Panels } from './api';
import Index from './Index.svelte';
import Simulator from './Simulator.svelte';

const target = document.getElementById('app') ?? document.body;
const first = JSON.parse(document.getElementById('first')?.textContent ?? 'null') as unknown;

target.replaceChildren();
if (location.pathname === '/simulator') mount(Simulator, { target, props: { first: first as Panels } });
else mount(Index, { target, props: { sheet: first as DemoSheet } });
