/** What somebody is writing, kept on this tablet: a lost line, a reload or an empty battery takes none of it away. */
export class Draft<T extends Record<string, string>> {
  now: T = $state({} as T);

  #key: () => string;
  #empty: T;

  constructor(key: () => string, empty: T) {
    this.#key = () => `draft ${key()}`;
    this.#empty = empty;
    this.now = { ...empty, ...this.#read() };
    // Who signs in on this tablet finds their own draft, never another's.
    let last = this.#key();
    $effect(() => {
      if (this.#key() === last) return;
      last = this.#key();
      this.now = { ...empty, ...this.#read() };
    });
  }

  keep(): void {
    try {
      localStorage.setItem(this.#key(), JSON.stringify(this.now));
    } catch {
      // A tablet without room for it still sends what is on screen.
    }
  }

  clear(): void {
    this.now = { ...this.#empty };
    try {
      localStorage.removeItem(this.#key());
    } catch {
      return;
    }
  }

  #read(): Partial<T> {
    try {
      return JSON.parse(localStorage.getItem(this.#key()) ?? '{}') as Partial<T>;
    } catch {
      return {};
    }
  }
}
