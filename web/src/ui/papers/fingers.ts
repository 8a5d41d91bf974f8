/** What fingers do on a page: one that moves across turns it, two that move apart size it. Mouse and pen are no fingers. */
interface Spot {
  x: number;
  y: number;
}

export interface Wishes {
  /** Whether a page is as wide as its room, so that moving across can mean turning. */
  fits: () => boolean;
  zoom: () => number;
  turn: (by: 1 | -1) => void;
  size: (factor: number, from: number) => void;
}

const SWIPE = 60;

export class Fingers {
  #down = new Map<number, Spot>();
  #pinch: { apart: number; zoom: number } | null = null;
  #swipe: Spot | null = null;
  #wishes: Wishes;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
  }

  down(event: PointerEvent): void {
    if (event.pointerType !== 'touch') return;
    const spot = { x: event.clientX, y: event.clientY };
    this.#down.set(event.pointerId, spot);
    this.#swipe = this.#down.size === 1 && this.#wishes.fits() ? spot : null;
    this.#pinch = this.#down.size === 2 ? { apart: this.#apart(), zoom: this.#wishes.zoom() } : null;
  }

  move(event: PointerEvent): void {
    if (!this.#down.has(event.pointerId)) return;
    this.#down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pinch !== null && this.#pinch.apart > 0) {
      this.#wishes.size(this.#apart() / this.#pinch.apart, this.#pinch.zoom);
    }
  }

  /** A finger that the browser took for scrolling (pointercancel) turns nothing. */
  up(event: PointerEvent): void {
    this.#down.delete(event.pointerId);
    this.#pinch = null;
    const from = this.#swipe;
    this.#swipe = null;
    if (from === null || event.type !== 'pointerup') return;
    const [across, along] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(along)) this.#wishes.turn(across < 0 ? 1 : -1);
  }

  #apart(): number {
    const [one, other] = [...this.#down.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }
}
