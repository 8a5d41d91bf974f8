/**
 * How this reader sees and hears the screens: text size, contrast, spoken prompts.
 *
 * The tablet remembers it, so that the first paint is right; the server keeps it for the member, so that it comes
 * along to another tablet. What the server says on signing in wins.
 */
import { get } from '../live/http';
import type { Live } from '../live/live.svelte';
import type { components } from '../live/protocol';

export type Size = components['schemas']['TextSize'];
export type Spoken = components['schemas']['Spoken'];

export interface Ease {
  size: Size;
  contrast: boolean;
  spoken: Spoken;
}

const KEPT_AS = 'nghi_truong_ease';
const PLAIN: Ease = { size: 'normal', contrast: false, spoken: 'nothing' };

let ease: Ease = $state.raw(remembered());
show(ease);

/** As it is now. */
export function currentEase(): Ease {
  return ease;
}

/** Change it here, at once; and for the member, when there is a line. */
export async function setEase(live: Live, changed: Partial<Ease>): Promise<void> {
  take({ ...ease, ...changed });
  if (live.mine !== null) await live.command({ type: 'SetEase', ...ease });
}

/** What the member chose on another tablet. Without an answer it stays as this tablet remembers it. */
export async function fetchEase(): Promise<void> {
  const { body } = await get('/api/me');
  const kept = (body as { ease?: Ease | null }).ease;
  if (kept) take({ ...PLAIN, ...kept });
}

/** The next person at this tablet begins with what was designed. */
export function forgetEase(): void {
  take(PLAIN);
}

function take(changed: Ease): void {
  ease = changed;
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(changed));
  } catch {
    // A tablet that may keep nothing still shows it now.
  }
  show(changed);
}

function remembered(): Ease {
  try {
    return { ...PLAIN, ...(JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}') as Partial<Ease>) };
  } catch {
    return PLAIN;
  }
}

function show({ size, contrast }: Ease): void {
  const root = document.documentElement;
  root.dataset.size = size;
  root.dataset.contrast = contrast ? 'high' : 'normal';
}
