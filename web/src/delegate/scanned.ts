/** The room code that came with the address, when the hall screen's picture was scanned: given once, then gone. */

const KEPT_AS = 'nghi_truong_scanned';

/** Read it out of the address and wipe it there, so that a reload or a shared link carries no old code.
 *  It is kept for this visit: signing in may come first. */
function takeFromAddress(): void {
  const found = new URLSearchParams(location.search).get('code');
  if (found === null) return;
  if (/^[0-9]{4,8}$/.test(found)) sessionStorage.setItem(KEPT_AS, found);
  history.replaceState(history.state, '', location.pathname + location.hash);
}

/** The code, to be given once. */
export function scannedCode(): string | null {
  const found = sessionStorage.getItem(KEPT_AS);
  sessionStorage.removeItem(KEPT_AS);
  return found;
}

takeFromAddress();
