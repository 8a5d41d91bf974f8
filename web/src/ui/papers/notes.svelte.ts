/**
 * A reader's own notes and marks. They belong to the person, not to the tablet: the server keeps them for that member
 * alone. What is written while the line is gone is kept here and sent when it is back, and says so until then.
 */
import { get, isRefused, NoAnswer, remove, put } from '../../live/http';
import { uuid } from '../../live/uuid';
import { inLanguage } from '../../words/words.svelte';
import type { KeptNote } from './wire';

export const COLOURS = ['yellow', 'green', 'pink', 'blue'] as const;
export type Colour = (typeof COLOURS)[number];

/** In parts of the page's width and height. */
export interface Rectangle {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Note {
  note: string;
  document: string;
  sha256: string;
  page: number;
  /** Null: about the page as a whole. */
  where: Rectangle | null;
  colour: Colour;
  text: string;
}

function fromWire(kept: KeptNote): Note {
  const { id, document, sha256, page, x = 0, y = 0, w = 0, h = 0, colour, text = '' } = kept;
  return { note: id, document, sha256, page, where: w > 0 && h > 0 ? { x, y, w, h } : null, colour: colour || 'yellow', text };
}

function toWire({ document, sha256, page, where, colour, text }: Note) {
  return { document, sha256, page, ...(where ?? {}), colour, text };
}

/** What this device keeps for a member: the notes as last heard, and what the server has not been told yet. */
interface Kept {
  have: Note[];
  put: Record<string, Note>;
  gone: string[];
}

const PREFIX = 'nghi-truong.notes.';
const NOTHING: Kept = { have: [], put: {}, gone: [] };

export class Notes {
  /** What stood against the last one that the server refused. */
  trouble: string | null = $state(null);

  #kept: Kept = $state.raw(NOTHING);
  #key: string;
  #sending = false;

  readonly all: readonly Note[] = $derived.by(() => {
    const { have, put, gone } = this.#kept;
    const rest = have.filter((note) => !(note.note in put) && !gone.includes(note.note));
    return [...rest, ...Object.values(put)];
  });

  readonly unsent: number = $derived(Object.keys(this.#kept.put).length + this.#kept.gone.length);

  constructor(member: string) {
    this.#key = PREFIX + member;
    this.#kept = read(this.#key);
  }

  waits(note: string): boolean {
    return note in this.#kept.put;
  }

  of(document: string): Note[] {
    return this.all.filter((note) => note.document === document);
  }

  static fresh(about: Omit<Note, 'note'>): Note {
    return { note: uuid(), ...about };
  }

  /** First what is unsent, then everything as the server has it. */
  async load(): Promise<void> {
    await this.send();
    try {
      const { ok, body } = await get('/api/notes');
      if (ok) this.#keep({ ...this.#kept, have: (body as { notes: KeptNote[] }).notes.map(fromWire) });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  async keep(note: Note): Promise<void> {
    this.#keep({ ...this.#kept, put: { ...this.#kept.put, [note.note]: note } });
    await this.send();
  }

  async drop(note: string): Promise<void> {
    this.#keep({ ...this.#kept, put: without(this.#kept.put, note), gone: [...this.#kept.gone, note] });
    await this.send();
  }

  /** Tell the server what it has not heard. One after the other; a line that is gone ends it, and the rest waits. */
  async send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let next = this.#next(); next !== null; next = this.#next()) await next();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    } finally {
      this.#sending = false;
    }
  }

  #next(): (() => Promise<void>) | null {
    const note = Object.values(this.#kept.put)[0];
    if (note !== undefined) return () => this.#sendOne(note);
    const gone = this.#kept.gone[0];
    return gone === undefined ? null : () => this.#sendGone(gone);
  }

  async #sendOne(note: Note): Promise<void> {
    const { ok, body } = await put(`/api/notes/${note.note}`, toWire(note));
    if (isRefused(body)) this.trouble = inLanguage(body.messages);
    // Changed again while it was under way: then that is sent next.
    if (this.#kept.put[note.note] !== note) return;
    const have = this.#kept.have.filter((other) => other.note !== note.note);
    this.#keep({ ...this.#kept, put: without(this.#kept.put, note.note), have: ok ? [...have, note] : have });
  }

  async #sendGone(note: string): Promise<void> {
    await remove(`/api/notes/${note}`);
    this.#keep({
      ...this.#kept,
      gone: this.#kept.gone.filter((other) => other !== note),
      have: this.#kept.have.filter((other) => other.note !== note),
    });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // No room here: what the line still carries is sent all the same.
    }
  }
}

/** Leave on this device only what was never sent: it is all that would be lost. */
export function forgetSentNotes(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      const { put, gone } = read(key);
      if (Object.keys(put).length + gone.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ have: [], put, gone }));
    }
  } catch {
    // Forbidden: then there is nothing in it either.
  }
}

function read(key: string): Kept {
  try {
    return { ...NOTHING, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Kept>) };
  } catch {
    return NOTHING;
  }
}

function without<T>(from: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([other]) => other !== key));
}
