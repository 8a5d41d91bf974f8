/** What a form of the records asks for, field by field. */

export type Value = string;
export type Values = Record<string, Value>;

export interface Field {
  name: string;
  label: string;
  hint?: string;
  kind?: 'text' | 'password' | 'number' | 'check';
  max?: number;
  required?: boolean;
  /** A closed list to choose from. */
  options?: { value: string; name: string }[];
  /** It cannot be changed any more. */
  fixed?: boolean;
}

/** A record as a list shows it and a form edits it. */
export interface Item {
  id: string;
  name: string;
  detail: string;
  revision: string;
  values: Values;
  /** False: it is not for this desk to change. */
  yours?: boolean;
}

/** Which field a refusal is about. */
export const ABOUT: Record<string, string> = {
  'seat-taken': 'seat',
  'name-twice': 'unit',
  'group-unknown': 'group',
  'committee-unknown': 'committee',
  'account-taken': 'account',
  'login-unfit': 'account',
  'password-weak': 'password',
  'member-has-account': 'member',
  'already-on-file': 'name',
};

/** The field that an unfit text stands in: the server names it first in its detail. */
export function fieldOf(code: string, detail: string): string | null {
  if (code === 'text-unfit') return detail.split(':')[0] ?? null;
  return ABOUT[code] ?? null;
}
