/**
 * Files on their way to the appliance, one after the other, each with how far it is and what stood against it. A file that
 * was refused stays in the list with its reason until it is put away; the others go on.
 */
import { SvelteMap } from 'svelte/reactivity';

import { uuid } from '../../live/uuid';
import type { Refused } from '../../live/wire';
import { isRefused } from '../../live/http';
import { inLanguage, refusalSentence, t } from '../../words/words.svelte';

export interface Target {
  plan: string;
  item: string | null;
  /** A new version of this paper; null: a new paper. */
  document: string | null;
  kind: string | null;
  rights: string | null;
}

export interface Upload {
  id: string;
  name: string;
  bytes: number;
  target: Target;
  state: 'waiting' | 'sending' | 'done' | 'refused';
  /** Bytes that have gone. */
  sent: number;
  trouble: string | null;
}

export class Uploads {
  all: Upload[] = $state([]);

  #files = new SvelteMap<string, File>();
  #busy = false;

  /** Take files in; one that is too large is refused before it is sent at all. */
  add(files: Iterable<File>, target: Target, largest: number): void {
    for (const file of files) {
      const tooLarge = largest > 0 && file.size > largest;
      const upload: Upload = {
        id: uuid(),
        name: file.name,
        bytes: file.size,
        target,
        state: tooLarge ? 'refused' : file.size === 0 ? 'refused' : 'waiting',
        sent: 0,
        trouble: tooLarge ? t('papers.desk.too_large', { mb: Math.floor(largest / 1e6) }) : file.size === 0 ? t('papers.desk.empty') : null,
      };
      if (upload.state === 'waiting') this.#files.set(upload.id, file);
      this.all.push(upload);
    }
    void this.#run();
  }

  putAway(id: string): void {
    this.#files.delete(id);
    this.all = this.all.filter((upload) => upload.id !== id);
  }

  again(id: string): void {
    const upload = this.all.find((found) => found.id === id);
    if (upload === undefined || !this.#files.has(id)) return;
    [upload.state, upload.trouble, upload.sent] = ['waiting', null, 0];
    void this.#run();
  }

  canAgain(id: string): boolean {
    return this.#files.has(id);
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#send(next);
    } finally {
      this.#busy = false;
    }
  }

  #next(): Upload | undefined {
    return this.all.find((upload) => upload.state === 'waiting');
  }

  async #send(upload: Upload): Promise<void> {
    const file = this.#files.get(upload.id);
    if (file === undefined) return;
    upload.state = 'sending';
    const refused = await post(upload, file, (sent) => {
      upload.sent = sent;
    });
    if (refused === null) {
      upload.state = 'done';
      this.#files.delete(upload.id);
    } else {
      upload.state = 'refused';
      upload.trouble = refused;
    }
  }
}

/** XMLHttpRequest, because `fetch` does not tell how much has gone. The answer: what stood against it, or null. */
function post(upload: Upload, file: File, tell: (sent: number) => void): Promise<string | null> {
  const form = new FormData();
  // The same id again is the same upload: sent twice after a lost answer it is put on file once.
  form.append('id', upload.id);
  for (const [name, value] of Object.entries(upload.target)) {
    if (typeof value === 'string') form.append(name, value);
  }
  form.append('file', file, file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/papers');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => {
      tell(event.loaded);
    };
    request.onload = () => {
      done(request.status < 300 ? null : sentence(request.responseText, request.status));
    };
    request.onerror = () => {
      done(t('papers.desk.upload_lost'));
    };
    request.send(form);
  });
}

function sentence(text: string, status: number): string {
  try {
    const body = JSON.parse(text) as unknown;
    if (isRefused(body)) return inLanguage((body satisfies Refused).messages);
  } catch {
    // Not our server's word.
  }
  return status === 413 ? refusalSentence('too-large') : t('papers.desk.upload_lost');
}
