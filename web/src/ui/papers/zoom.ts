/** How large a page is shown. 1 is as wide as the room for it, at most a comfortable line; 0 is the whole page at once. */
export const STEPS = [0, 1, 1.25, 1.5, 2, 3] as const;

export const WHOLE = 0;

export function larger(zoom: number): number {
  return STEPS.find((step) => step > zoom + 0.01) ?? STEPS[STEPS.length - 1] ?? 3;
}

export function smaller(zoom: number): number {
  return [...STEPS].reverse().find((step) => step < zoom - 0.01) ?? WHOLE;
}

/** Two fingers set any size between the smallest step with a width and the largest. */
export function pinched(start: number, factor: number): number {
  return Math.min(3, Math.max(1, (start === WHOLE ? 1 : start) * factor));
}
