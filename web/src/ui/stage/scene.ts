/** Scenes of the hall's screens, and how they are named at the desks. */
import type { Scene, SceneKind, SceneView } from '../../live/wire';
import { minutesAndSeconds } from '../../words/format';
import { t } from '../../words/words.svelte';

/** What can be prepared at a desk; papers are put up from where they are read. */
export const PREPARED: readonly SceneKind[] = ['message', 'countdown', 'presence', 'speakers', 'poll', 'blank'];

/** A scene in one line, for lists and for what a screen reader is told. */
export function nameOf(scene: SceneView): string {
  const kind = t(`stage.kinds.${scene.kind}`);
  const length = scene.kind === 'countdown' && scene.seconds ? ` ${minutesAndSeconds(scene.seconds * 1000)}` : '';
  const page = scene.kind === 'paper' ? `, ${t('stage.page', { page: scene.page ?? 1 })}` : '';
  return `${kind}${length}${scene.text ? `: ${scene.text}` : ''}${page}`;
}

/** As the commands take it: what is not set is left out. */
export function asGiven(scene: SceneView): Scene {
  const given: Scene = { kind: scene.kind };
  if (scene.text) given.text = scene.text;
  if (scene.kind === 'countdown') given.seconds = scene.seconds ?? null;
  if (scene.kind === 'paper') {
    Object.assign(given, { document: scene.document, sha256: scene.sha256, page: scene.page });
    if (scene.pages) given.pages = scene.pages;
  }
  return given;
}
