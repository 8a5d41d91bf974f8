/** What the recorder and the camera are doing, in the terms of a person who looks at a screen. */
import type { components } from './protocol';
import type { View } from './wire';

type Schemas = components['schemas'];

/** The server says every field of a section, also those that have their default; the types cannot know. */
export type Recording = Required<Omit<Schemas['RecordingView'], 'source' | 'push'>> & {
  source: Required<Schemas['SourceView']>;
  push: Required<Schemas['PushedView']>;
};
export type Floor = Schemas['FloorView'];
/** Whether those in the room are filmed, as everybody there may know. */
export type Camera = Schemas['CameraView']['state'];

/** The recorder, at the desks; null when none is fitted. */
export function recordingIn(view: View): Recording | null {
  return (view.recording ?? null) as Recording | null;
}

/**
 * The one thing that a desk says first. `offline`: we cannot ask; `unknown`: it has not been told whether the
 * sitting is public and takes it as private; the others are the recorder's stages, unless the sitting is private.
 */
export type Mood = 'offline' | 'unknown' | 'private' | 'idle' | 'starting' | 'recording' | 'stopping';

/** Until it has really stopped it is not said to have. */
export function moodOf(recording: Recording): Mood {
  if (!recording.online) return 'offline';
  if (recording.stage === 'recording' || recording.stage === 'stopping') return recording.stage;
  if (!recording.known) return 'unknown';
  return recording.private ? 'private' : recording.stage;
}

/** The sign beside what the room is told. */
export function moodOfCamera(camera: Camera): Mood {
  if (camera === 'live' || camera === 'recording') return 'recording';
  return camera === 'unknown' ? 'unknown' : 'idle';
}

/** A take is open: it can be ended, and not begun a second time. */
export function isTaking(recording: Recording): boolean {
  return recording.stage === 'starting' || recording.stage === 'recording';
}

const GRAVE: ReadonlySet<string> = new Set(['disk-full', 'no-source', 'source-lost', 'frozen', 'archive-stalled', 'no-sound']);

/** Whether a problem costs pictures or sound now, rather than being a care for later. */
export function isGrave(problem: string): boolean {
  return GRAVE.has(problem);
}

/** The sitting is public and goes on, and nothing of it is recorded. */
export function isUnfilmed(view: View, recording: Recording): boolean {
  return Boolean(view.meeting?.sitting) && moodOf(recording) === 'idle';
}

/** The camera may be tried: nothing is being recorded, and nothing is private. */
export function mayCheck(recording: Recording): boolean {
  return moodOf(recording) === 'idle';
}

/** What a preview may show now. */
export function previewOf(recording: Recording): 'there' | 'absent' | 'secret' {
  if (recording.private || !recording.known) return 'secret';
  return recording.online && recording.source.running ? 'there' : 'absent';
}

/** Where the meeting whose video was finished last can be watched again; null: nowhere yet. */
export function pageOf({ watch, published }: Recording): string | null {
  return watch && published ? new URL(`meetings/${encodeURIComponent(published)}/`, watch).href : null;
}
