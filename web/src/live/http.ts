/** Plain HTTP to our own server. An answer is a value; only a dead line throws. */
import type { Refused } from './wire';

/** No answer came: the line or the server is gone. */
export class NoAnswer extends Error {}

const PATIENCE_MS = 10_000;

async function ask(path: string, init: RequestInit, patienceMs = PATIENCE_MS): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort();
  }, patienceMs);
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store', signal: patience.signal });
  } catch {
    throw new NoAnswer(path);
  } finally {
    clearTimeout(timer);
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's error page, not our server's word.
    throw new NoAnswer(response.url);
  }
}

/** GET `path` as JSON; `ok` is false when the server refused. */
export async function get(path: string): Promise<{ ok: boolean; status: number; body: unknown }> {
  const response = await ask(path, { headers: { Accept: 'application/json' } });
  return { ok: response.ok, status: response.status, body: await read(response) };
}

/** POST `content` as JSON to `path`. */
export async function post(path: string, content: unknown): Promise<{ ok: boolean; status: number; body: unknown }> {
  return withJson('POST', path, content);
}

/** PUT `content` as JSON in the place of what is at `path`. */
export async function put(path: string, content: unknown): Promise<{ ok: boolean; status: number; body: unknown }> {
  return withJson('PUT', path, content);
}

/** DELETE what is at `path`. */
export async function remove(path: string): Promise<{ ok: boolean; status: number; body: unknown }> {
  const response = await ask(path, { method: 'DELETE', headers: { Accept: 'application/json' } });
  return { ok: response.ok, status: response.status, body: await read(response) };
}

async function withJson(
  method: string,
  path: string,
  content: unknown,
): Promise<{ ok: boolean; status: number; body: unknown }> {
  const response = await ask(path, {
    method,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(content),
  });
  return { ok: response.ok, status: response.status, body: await read(response) };
}

/** POST a form with files to `path`; a big one takes its time. */
export async function send(path: string, form: FormData): Promise<{ ok: boolean; status: number; body: unknown }> {
  const response = await ask(path, { method: 'POST', headers: { Accept: 'application/json' }, body: form }, 120_000);
  return { ok: response.ok, status: response.status, body: await read(response) };
}

/** True when `body` is the server's refusal. */
export function isRefused(body: unknown): body is Refused {
  return typeof body === 'object' && body !== null && 'refusal' in body;
}
