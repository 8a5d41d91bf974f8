/** Who is at this screen: signing in and out. */
import { isRefused, post } from './http';
import type { Live } from './live.svelte';
import type { Refused } from './wire';

export type Credentials =
  | { card: string; pin: string }
  | { account: string; password: string }
  | { pairing: string };

/** Sign in and open the line. The answer is the refusal, or null when all is well. Throws NoAnswer. */
export async function signIn(live: Live, credentials: Credentials): Promise<Refused | null> {
  const { ok, body } = await post('/api/sign-in', credentials);
  if (isRefused(body)) return body;
  if (ok) await live.enter();
  return null;
}

/** Sign out, here only. Throws NoAnswer. */
export async function signOut(live: Live): Promise<void> {
  live.leaving = true;
  try {
    await post('/api/sign-out', {});
    live.leave();
  } finally {
    live.leaving = false;
  }
}
