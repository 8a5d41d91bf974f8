/** What every public page needs: its look, its words, and small helpers. The page itself was rendered whole. */
import '../ui/base.css';
import './portal.css';

const words = JSON.parse(document.getElementById('words')?.textContent ?? '{}') as Record<string, string>;

/** A sentence in the page's language, with its places filled. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  const sentence = words[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** An element that the page's template has. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** The page's one <video>. */
export function theVideo(): HTMLVideoElement {
  return part('video') as HTMLVideoElement;
}

/** Put a text in place, if it is another: a screen reader then speaks only what has changed. */
export function put(id: string, text: string): void {
  const element = part(id);
  if (element.textContent !== text) element.textContent = text;
}

/** `Họp Đảng` as `hop dang`: how the page's own search texts are written. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/đ/g, 'd').trim().replace(/\s+/g, ' ');
}

/** `1:02:05`, `2:05`. */
export function position(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Ask for JSON anew; null when it cannot be had. */
export async function fetched<T>(address: string): Promise<T | null> {
  try {
    const answer = await fetch(address, { cache: 'no-cache', credentials: 'omit' });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    return null;
  }
}
