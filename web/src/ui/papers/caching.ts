/**
 * The browser's Cache storage as a cupboard for papers: one cache a member with the pages, one with the page that shows
 * them without a line. There is one over TLS and on localhost alone.
 */
import type { Heading } from './heading';
import { pageAddress, textAddress, WIDTHS } from './images';
import { type Paper, readable } from './wire';

/** What is stored, for the page that shows it without a line. */
export interface Index {
  member: string;
  name: string;
  meeting: string;
  /** ISO 8601. */
  stored: string;
  bytes: number;
  papers: Paper[];
  headings: Heading[];
}

export type Hindrance = 'insecure' | 'unsupported';

const PREFIX = 'papers-';
const SHELL = 'papers-shell';
const INDEX = '/stored-papers.json';
const PAGE = '/offline';

export function hindrance(): Hindrance | null {
  if (!isSecureContext) return 'insecure';
  return 'caches' in self && 'serviceWorker' in navigator ? null : 'unsupported';
}

/** What is stored on this tablet, whosever it is; null when nothing is. */
export async function storedIndex(): Promise<Index | null> {
  if (hindrance() !== null) return null;
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === SHELL) continue;
    const kept = await (await caches.open(name)).match(INDEX);
    if (kept !== undefined) return (await kept.json()) as Index;
  }
  return null;
}

/** Nothing of anybody's papers is left on this tablet. */
export async function forgetStored(): Promise<void> {
  if (hindrance() !== null) return;
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

export async function writeIndex(index: Index): Promise<void> {
  await (await caches.open(PREFIX + index.member)).put(INDEX, new Response(JSON.stringify(index)));
}

/** The page that shows the papers without a line, all that it is made of, and the worker that gives it out. */
export async function storeShell(): Promise<void> {
  await navigator.serviceWorker.register('/worker.js', { scope: '/' });
  const page = await fetch(PAGE, { cache: 'no-store' });
  if (!page.ok) throw new Error(PAGE);
  const files = new Set((await page.clone().text()).match(/\/assets\/[\w.-]+/g) ?? []);
  const shell = await caches.open(SHELL);
  const had = new Set((await shell.keys()).map((request) => new URL(request.url).pathname));
  await shell.put(PAGE, page);
  // What a style names comes into the set while it is walked, and so is walked too.
  for (const file of files) {
    const answer = (await shell.match(file)) ?? (await fetch(file));
    if (!answer.ok) throw new Error(file);
    if (file.endsWith('.css')) {
      for (const font of (await answer.clone().text()).match(/\/assets\/[\w.-]+\.woff2/g) ?? []) files.add(font);
    }
    if (!had.has(file)) await shell.put(file, answer);
  }
  for (const old of had) if (old !== PAGE && !files.has(old)) await shell.delete(old);
}

/**
 * Fetch what is not here yet, take away what is no longer to be seen; the bytes that are stored then, or null when
 * `goes` said to stop. One page after the other: a vote's answer never waits behind forty pages.
 */
export async function storePapers(
  papers: readonly Paper[],
  member: string,
  goes: (done: number, total: number) => boolean,
): Promise<number | null> {
  const cache = await caches.open(PREFIX + member);
  const wanted = papers.flatMap(addresses);
  let bytes = 0;
  for (const [done, address] of wanted.entries()) {
    if (!goes(done, wanted.length)) return null;
    bytes += await keep(cache, address);
  }
  const kept = new Set([...wanted, INDEX]);
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!kept.has(pathname + search)) await cache.delete(request);
  }
  return bytes;
}

/** What is fetched of a paper: its newest version's pages in the ordinary width and at a glance, and its words. */
function addresses(paper: Paper): string[] {
  const version = readable(paper);
  if (version === null) return [];
  const pages = Array.from({ length: version.pages ?? 0 }, (_, at) => at + 1).flatMap((page) =>
    [WIDTHS.normal, WIDTHS.glance].map((width) => pageAddress(paper.document, version.sha256, page, width)),
  );
  return [...pages, textAddress(paper.document, version.sha256)];
}

async function keep(cache: Cache, address: string): Promise<number> {
  const kept = await cache.match(address, { ignoreVary: true });
  if (kept !== undefined) return (await kept.blob()).size;
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(address);
  const body = await answer.blob();
  await cache.put(address, new Response(body, { headers: { 'Content-Type': answer.headers.get('Content-Type') ?? '' } }));
  return body.size;
}
