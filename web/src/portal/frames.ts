/** What stands beside the picture: `data/live.json`, and which of its frames belongs to which picture. */

export interface Frame {
  seq: number;
  at: string;
  uptime_ms: number;
  stage: 'none' | 'before' | 'sitting' | 'pause' | 'closed';
  sitting: string | null;
  private: boolean;
  item: { item: string; number: string; title: string; presenter: string } | null;
  speaker: { name: string; office: string; kind?: string } | null;
  poll: {
    poll: string;
    title: string;
    state: 'open' | 'held' | 'closed' | 'announced' | 'void';
    result: { adopted: boolean; sentence: Record<string, string> } | null;
  } | null;
}

export interface Frames {
  meeting: { ledger: string; title: string };
  frames: Frame[];
}

/** How the stream's program time and the machine's monotonic clock belong together. */
export interface Clock {
  anchor_utc: string;
  anchor_uptime_ms: number;
}

/** The monotonic clock at the moment that the picture shows. */
export function uptimeOf(shownAt: number, clock: Clock): number {
  return clock.anchor_uptime_ms + (shownAt - Date.parse(clock.anchor_utc));
}

/** The state of the picture on screen; of the newest moment while there is none. */
export function frameOf(frames: Frame[], uptime: number | null): Frame | null {
  if (uptime === null) return frames[frames.length - 1] ?? null;
  let found = frames[0] ?? null;
  for (const frame of frames) if (frame.uptime_ms <= uptime) found = frame;
  return found;
}
