import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { Plugin } from 'vite';

/**
 * `words:<place>` holds the sentences that one place shows, in a file of its own a language: sixty tablets that open
 * the page at once share one Wi-Fi, and a delegate's screen needs a tenth of all words in one of two languages.
 *
 * A sentence belongs to a place when a string in one of the place's own modules names it, or names where it stands:
 * 'papers.title' brings that one, `papers.state.${…}` all that begins so.
 */
const WORDS = 'words:';
const LANGUAGES = ['vi', 'en'];
const NAMED = /['"`]([a-z_]+\.[\w.-]*)(['"`]|\$\{)/g;
const IMPORTED = /(?:from|import\(?)\s*'(\.[^']+)'/g;

interface Sentences {
  [part: string]: Sentences | string;
}

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

/** What the strings of a text begin with, up to the first gap or the end; true: the name goes on in a gap. */
function named(text: string): [string, boolean][] {
  return [...text.matchAll(NAMED)].map(([, name = '', end]) => [name, end === '${']);
}

/** The sentences that are named, or stand under what is named; the others are left out. */
function chosen(some: Sentences, above: string, names: [string, boolean][]): Sentences {
  const kept = Object.entries(some).flatMap(([part, below]): [string, Sentences | string][] => {
    const path = above + part;
    if (typeof below !== 'string') {
      const inside = chosen(below, `${path}.`, names);
      return Object.keys(inside).length > 0 ? [[part, inside]] : [];
    }
    const wanted = names.some(([name, open]) => path === name || path.startsWith(open ? name : `${name}.`));
    return wanted ? [[part, below]] : [];
  });
  return Object.fromEntries(kept);
}

function of(root: string, place: string, language: string): Sentences {
  const all = JSON.parse(readFileSync(join(root, `src/words/${language}.json`), 'utf8')) as Sentences;
  return chosen(all, '', named(sources(join(root, `src/${place}/main.ts`))));
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
