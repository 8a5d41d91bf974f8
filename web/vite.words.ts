import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { Plugin } from 'vite';

/**
 * `words:<place>` holds the sentences that one place shows, in a file of its own a language: sixty tablets that open
 * the page at once share one Wi-Fi, and a delegate's screen needs a tenth of all words in one of two languages.
 *
 * A namespace (the first part of a key) belongs to a place when a string in one of the place's own modules begins with it.
 */
const WORDS = 'words:';
const LANGUAGES = ['vi', 'en'];
const IMPORTED = /(?:from|import\(?)\s*'(\.[^']+)'/g;

type Sentences = Record<string, unknown>;

function found(from: string, name: string): string | undefined {
  const path = resolve(dirname(from), name);
  return [path, `${path}.ts`, join(path, 'index.ts')].find((one) => /\.(?:ts|svelte)$/.test(one) && existsSync(one));
}

/** The text of a place's entry and of all that it imports. */
function sources(entry: string): string {
  const texts = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (texts.has(path)) continue;
    const text = readFileSync(path, 'utf8');
    texts.set(path, text);
    for (const [, name] of text.matchAll(IMPORTED)) {
      const next = found(path, name ?? '');
      if (next !== undefined) waiting.push(next);
    }
  }
  return [...texts.values()].join('\n');
}

function of(root: string, place: string, language: string): Sentences {
  const all = JSON.parse(readFileSync(join(root, `src/words/${language}.json`), 'utf8')) as Sentences;
  const text = sources(join(root, `src/${place}/main.ts`));
  return Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`['"\`]${name}\\.`).test(text)));
}

export function words(): Plugin {
  let root = '';
  return {
    name: 'words-of-a-place',
    configResolved(config) {
      root = config.root;
    },
    resolveId(id) {
      return id.startsWith(WORDS) ? `\0${id}` : null;
    },
    load(id) {
      if (!id.startsWith(`\0${WORDS}`)) return null;
      const [place = '', language] = id.slice(WORDS.length + 1).split('/');
      if (language === undefined) {
        const each = LANGUAGES.map((one) => `${one}: () => import('${WORDS}${place}/${one}').then((found) => found.default)`);
        return `export default { ${each.join(', ')} };`;
      }
      for (const one of LANGUAGES) this.addWatchFile(join(root, `src/words/${one}.json`));
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(of(root, place, language)))});`;
    },
  };
}
