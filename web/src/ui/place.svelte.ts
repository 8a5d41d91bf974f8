/**
 * Where in a desk of several parts one is: `#registry/cards` is part `registry`, page `cards`. The address keeps it, so
 * that the browser's way back works, and a page of the desk can be sent to somebody.
 */
export class Place {
  #parts: string[] = $state([]);

  constructor() {
    this.#read();
    addEventListener('hashchange', () => {
      this.#read();
    });
  }

  /** The part of the desk; the meeting when the address says nothing. */
  get part(): string {
    return this.#parts[0] ?? 'meeting';
  }

  /** The page within the part. */
  get page(): string | null {
    return this.#parts[1] ?? null;
  }

  /** Go there. */
  go(part: string, page?: string): void {
    location.hash = page === undefined ? part : `${part}/${page}`;
  }

  #read() {
    this.#parts = location.hash.replace(/^#/, '').split('/').filter(Boolean);
  }
}
