/**
 * Every visible sentence, from one file a place and language (`vite.words.ts`); the other language comes when it is
 * chosen. The language is the reader's choice, kept in a cookie so that the server renders the first page in it too.
 */
import i18next, { type ResourceLanguage } from 'i18next';

import type { Sentence } from '../live/wire';
import type vi from './vi.json';

type Leaf<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaf<T[K], `${P}${K}.`>;
}[keyof T & string];

/** The name of a sentence: a misspelt one does not compile. */
export type Key = Leaf<typeof vi>;
export type Language = 'vi' | 'en';
/** What `words:<place>` brings: how each language is fetched. */
export type Words = Record<Language, () => Promise<ResourceLanguage>>;

const YEAR_SECONDS = 31_536_000;

function chosen(): Language {
  const cookie = /(?:^|;\s*)nghi_truong_lang=(vi|en)/.exec(document.cookie)?.[1];
  return (cookie ?? document.documentElement.lang) === 'en' ? 'en' : 'vi';
}

const atStart = chosen();
let language: Language = $state(atStart);
let words: Words | null = null;

void i18next.init({
  lng: atStart,
  fallbackLng: 'vi',
  resources: {},
  // Svelte escapes; the server reads the same files with the same braces.
  interpolation: { prefix: '{', suffix: '}', escapeValue: false },
  initAsync: false,
});
document.documentElement.lang = atStart;

async function fetched(wanted: Language): Promise<void> {
  if (words === null || i18next.hasResourceBundle(wanted, 'translation')) return;
  i18next.addResourceBundle(wanted, 'translation', await words[wanted]());
}

/** Before anything is shown: the place's words, in the reader's language. */
export async function learn(ofPlace: Words): Promise<void> {
  words = ofPlace;
  await fetched(atStart);
}

/** The sentence in the reader's language, with its places filled. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return i18next.t(key, { lng: language, ...values });
}

/** The server's two sentences: the one for this reader. */
export function inLanguage(sentence: Sentence): string {
  return sentence[language];
}

/** Whether there is a sentence of this name: what a newer server says may have none. */
export function known(key: string): key is Key {
  return i18next.exists(key, { lng: language });
}

/** The sentence of a refusal that only its code is known of. */
export function refusalSentence(code: string): string {
  const key = `refusal.${code}`;
  return known(key) ? t(key) : code;
}

/** The language that the screen speaks. */
export function currentLanguage(): Language {
  return language;
}

/** Change it, here and for the next page. Without a line, and without a stored copy, it stays as it is. */
export async function speak(chosenLanguage: Language): Promise<void> {
  try {
    await fetched(chosenLanguage);
  } catch {
    return;
  }
  language = chosenLanguage;
  document.documentElement.lang = chosenLanguage;
  document.cookie = `nghi_truong_lang=${chosenLanguage}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
