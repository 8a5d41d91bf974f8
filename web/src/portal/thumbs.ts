/** The small pictures of a video: which part of the sheet belongs to which time (`thumbs.vtt`). */

export interface Thumb {
  start: number;
  end: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /(?:(\d+):)?(\d+):(\d+\.\d+)\s*-->\s*(?:(\d+):)?(\d+):(\d+\.\d+)[^\n]*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

export function parsed(text: string, base: string): Thumb[] {
  return [...text.matchAll(CUE)].map((cue) => {
    const at = (place: number) => Number(cue[place] ?? 0);
    return {
      start: at(1) * 3600 + at(2) * 60 + at(3),
      end: at(4) * 3600 + at(5) * 60 + at(6),
      sheet: new URL(cue[7] ?? '', base).href,
      x: at(8),
      y: at(9),
      width: at(10),
      height: at(11),
    };
  });
}

export function thumbAt(thumbs: Thumb[], seconds: number): Thumb | null {
  return thumbs.find((thumb) => seconds >= thumb.start && seconds < thumb.end) ?? thumbs[thumbs.length - 1] ?? null;
}
