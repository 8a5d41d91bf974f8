/** What the hall is shown of the papers now, and who may turn its pages. */
import type { Live } from '../../live/live.svelte';
import type { View } from '../../live/wire';

export interface Shown {
  document: string;
  sha256: string;
  page: number;
  pages: number | null;
  title: string;
}

/** Null: the hall is shown no paper. */
export function onStage(view: View): Shown | null {
  const scene = view.stage?.shown;
  if (scene?.kind !== 'paper' || !scene.document || !scene.sha256) return null;
  return {
    document: scene.document,
    sha256: scene.sha256,
    page: scene.page ?? 1,
    pages: scene.pages ?? null,
    title: scene.text ?? '',
  };
}

/** Chair and clerk put papers on the hall's screen. */
export function mayShow(live: Live): boolean {
  return live.role === 'chair' || live.role === 'clerk';
}

/** They turn its pages, and so does the member who has the floor. */
export function mayTurn(live: Live): boolean {
  const speaks = live.view.floor?.member ?? null;
  return mayShow(live) || (speaks !== null && speaks === (live.mine?.member ?? null));
}
