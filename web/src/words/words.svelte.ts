/**
 * Every visible sentence, from one file a language. The language is the reader's choice, kept in a cookie so
 * that the server renders the first page in it too.
 */
import i18next from 'i18next';

import type { Sentence } from '../live/wire';
import en from './en.json';
import vi from './vi.json';

type Leaf<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaf<T[K], `${P}${K}.`>;
}[keyof T & string];

/** The name of a sentence: a misspelt one does not compile. */
export type Key = Leaf<typeof vi>;
export type Language = 'vi' | 'en';

const YEAR_SECONDS = 31_536_000;

function chosen(): Language {
  const cookie = /(?:^|;\s*)nghi_truong_lang=(vi|en)/.exec(document.cookie)?.[1];
  return (cookie ?? document.documentElement.lang) === 'en' ? 'en' : 'vi';
}

const atStart = chosen();
let language: Language = $state(atStart);

void i18next.init({
  lng: atStart,
  fallbackLng: 'vi',
  resources: { vi: { translation: vi }, en: { translation: en } },
  // Svelte escapes; the server reads the same files with the same braces.
  interpolation: { prefix: '{', suffix: '}', escapeValue: false },
  initAsync: false,
});
document.documentElement.lang = atStart;

/** The sentence in the reader's language, with its places filled. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return i18next.t(key, { lng: language, ...values });
}

/** The server's two sentences: the one for this reader. */
export function inLanguage(sentence: Sentence): string {
  return sentence[language];
}

/** The sentence of a refusal that only its code is known of. */
export function refusalSentence(code: string): string {
  const key = `refusal.${code}`;
  return i18next.exists(key) ? i18next.t(key, { lng: language }) : code;
}

/** The language that the screen speaks. */
export function currentLanguage(): Language {
  return language;
}

/** Change it, here and for the next page. */
export function speak(chosenLanguage: Language): void {
  language = chosenLanguage;
  document.documentElement.lang = chosenLanguage;
  document.cookie = `nghi_truong_lang=${chosenLanguage}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
