/** Opening a screen as somebody: the sign-in, then the address. One browser profile holds one sign-in at a time. */
import { isRefused, NoAnswer, post } from '../live/http';
import type { Credentials } from '../live/session';
import { inLanguage, t } from '../words/words.svelte';
import type { Addresses } from './wire';

/** Whatever can be opened; `name` is unique on the page and may stand in a host's name. */
export interface Place {
  name: string;
  path: string;
  sign_in: Credentials | null;
}

/** All places of the demo. */
export function places({ screens, members, accounts }: Addresses): Place[] {
  return [
    ...screens,
    ...members.map(({ member, path, card, pin }) => ({ name: member, path, sign_in: { card, pin } })),
    ...accounts.map(({ account, path, password }) => ({ name: account, path, sign_in: { account, password } })),
  ];
}

/**
 * The same demo under a host name of the place's own, or null where that cannot be. A browser sends all of
 * `*.localhost` to this machine and keeps a jar of cookies for each, so that sign-ins do not meet.
 */
export function apart(name: string): string | null {
  const { protocol, hostname, port } = location;
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) return null;
  return `${protocol}//${name}.localhost${port === '' ? '' : `:${port}`}/demo#open=${name}`;
}

/** What `apart` asked this page to open; null on an ordinary visit. */
export function asked(among: Place[]): Place | null {
  const name = /^#open=(.+)$/.exec(location.hash)?.[1];
  return among.find((place) => place.name === name) ?? null;
}

export class Opening {
  /** The place that is being opened. */
  name: string | null = $state(null);
  /** Why the last one could not be, in words. */
  trouble: string | null = $state(null);

  /** Sign in and go there. */
  async open({ name, path, sign_in }: Place): Promise<void> {
    if (this.name !== null) return;
    this.name = name;
    this.trouble = null;
    try {
      const answer = sign_in === null ? null : await post('/api/sign-in', sign_in);
      if (answer === null || answer.ok) location.assign(path);
      else this.trouble = isRefused(answer.body) ? inLanguage(answer.body.messages) : String(answer.status);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.trouble = t('common.no_answer');
    } finally {
      this.name = null;
    }
  }
}
