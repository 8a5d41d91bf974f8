/** How a paper's circle of readers and a file's size are said. */
import { currentLanguage, t } from '../../words/words.svelte';

export const COMMITTEE = 'committee:';

export function rightsWord(rights: string): string {
  if (rights.startsWith(COMMITTEE)) return t('papers.rights.committee', { name: rights.slice(COMMITTEE.length) });
  return rights === 'public' || rights === 'delegates' ? t(`papers.rights.${rights}`) : t('papers.rights.presiding');
}

/** `312 KB`, `4,2 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  const digits = (bytes / 1e6).toFixed(1);
  return `${currentLanguage() === 'vi' ? digits.replace('.', ',') : digits} MB`;
}
