/** The demo's own routes, which a real installation does not have: typed here, since they are not on the wire. */
import { get, isRefused, post } from '../live/http';
import type { Choice, Refused, Sentence } from '../live/wire';

export type SignIn = Record<string, string>;

export interface Screen {
  name: string;
  title: Sentence;
  role: string;
  url: string;
  path: string;
  qr: string;
  sign_in: SignIn | null;
}

export interface DemoMember {
  member: string;
  name: string;
  seat: string;
  group: string;
  office: string;
  card: string;
  pin: string;
  path: string;
}

export interface DemoAccount {
  account: string;
  password: string;
  role: string;
  name: string;
  path: string;
}

export interface DemoSheet {
  base: string;
  screens: Screen[];
  members: DemoMember[];
  accounts: DemoAccount[];
}

export interface PanelSeat {
  seat: string;
  member: string;
  name: string;
  office: string;
  lights: Record<Choice, 'off' | 'on' | 'blink' | 'flash'>;
  lit: Record<Choice, boolean>;
  show: string;
}

export interface Panels {
  panels: 'online' | 'offline';
  seats: PanelSeat[];
}

/** What the panels process reports now. Throws NoAnswer. */
export async function panelsNow(): Promise<Panels> {
  return (await get('/simulator.json')).body as Panels;
}

/** The simulator's finger goes down on a button, or up. Throws NoAnswer. */
export async function press(seat: string, button: Choice, down: boolean): Promise<void> {
  await post('/simulator/press', { seat, button, down });
}

/** Everybody who is here presses; how many did. Throws NoAnswer. */
export async function pressAll(wanted: Record<Choice, number>): Promise<number> {
  const { body } = await post('/simulator/everyone', wanted);
  return (body as { pressed?: number }).pressed ?? 0;
}

/** Sign in with a demo sign-in; the refusal, or null. Throws NoAnswer. */
export async function signInAs(credentials: SignIn): Promise<Refused | null> {
  const { body } = await post('/api/sign-in', credentials);
  return isRefused(body) ? body : null;
}
