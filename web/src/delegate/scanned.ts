/** The room code that came with the address, when the hall screen's picture was scanned: taken once, then gone. */

let code: string | null = null;

/** Read it out of the address and wipe it there, so that a reload or a shared link carries no old code. */
export function takeFromAddress(): void {
  const found = new URLSearchParams(location.search).get('code');
  if (found === null) return;
  if (/^[0-9]{4,8}$/.test(found)) code = found;
  history.replaceState(history.state, '', location.pathname + location.hash);
}

/** The code, to be given once. */
export function scannedCode(): string | null {
  const found = code;
  code = null;
  return found;
}

takeFromAddress();
