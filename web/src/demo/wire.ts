/** The demo's own JSON, as `appliance/demo/routes.py` promises it; it is no part of the appliance's API. */
import type { Credentials } from '../live/session';
import type { Choice, Sentence } from '../live/wire';

/** One screen of the demo, with the exact body of its sign-in. */
export interface Screen {
  name: string;
  title: Sentence;
  role: string;
  url: string;
  path: string;
  qr: string;
  sign_in: Credentials | null;
}

export interface Member {
  member: string;
  name: string;
  seat: string;
  group: string;
  office: string;
  card: string;
  pin: string;
  path: string;
}

export interface Account {
  account: string;
  password: string;
  role: string;
  name: string;
  member: string | null;
  path: string;
}

/** All of /demo.json. */
export interface Addresses {
  base: string;
  screens: Screen[];
  members: Member[];
  accounts: Account[];
  hall: { pairing: string; path: string };
}

export type Light = 'off' | 'on' | 'blink' | 'flash';

/** What one seat's panel shows: the patterns, the pins, and the pattern's name. */
export interface Panel {
  seat: string;
  member: string;
  name: string;
  office: string;
  lights: Record<Choice, Light>;
  lit: Record<Choice, boolean>;
  show:
    | 'offline'
    | 'jammed'
    | 'refused'
    | 'sending'
    | 'check-in'
    | 'asked'
    | 'dark'
    | 'not-your-poll'
    | 'waiting'
    | 'recorded'
    | 'held'
    | 'speaking'
    | 'wants-floor'
    | 'away';
}

/** All of /simulator.json. */
export interface Panels {
  panels: 'online' | 'offline';
  seats: Panel[];
}
