/**
 * The service worker: reads what a tablet has stored when the line is gone. It stores nothing by itself; `ui/papers/stored`
 * does, when the delegate asks for it. A page's picture never changes (its address holds the version's hash), so a stored
 * one is shown without asking, which spares the Wi-Fi too. It imports nothing: old tablets know no module workers.
 */

interface Lasting extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Asked extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker extends EventTarget {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Worker;
const OFFLINE_PAGE = '/offline';
const STORED = /^\/(?:api\/papers\/[^/]+\/[0-9a-f]{64}\/(?:page\/\d+|text)$|assets\/)/;

async function stored(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function pageOrStored(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (lost) {
    const kept = await caches.match(OFFLINE_PAGE, { ignoreVary: true });
    if (kept === undefined) throw lost;
    return kept;
  }
}

worker.addEventListener('install', (event) => {
  (event as Lasting).waitUntil(worker.skipWaiting());
});

worker.addEventListener('activate', (event) => {
  (event as Lasting).waitUntil(worker.clients.claim());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event as Asked;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  // Only the delegates' own address has something stored behind it.
  if (request.mode === 'navigate' && (pathname === '/' || pathname === OFFLINE_PAGE)) {
    (event as Asked).respondWith(pageOrStored(request));
  } else if (STORED.test(pathname)) {
    (event as Asked).respondWith(stored(request));
  }
});
