/** Where somebody stopped reading, kept on this device: the paper opens there again. */
const PREFIX = 'nghi-truong.place.';

export interface Place {
  sha256: string;
  page: number;
}

export function placeIn(document: string): Place | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + document) ?? 'null') as Partial<Place> | null;
    return typeof kept?.sha256 === 'string' && Number.isInteger(kept.page) && (kept.page ?? 0) >= 1
      ? { sha256: kept.sha256, page: kept.page ?? 1 }
      : null;
  } catch {
    return null;
  }
}

export function keepPlace(document: string, place: Place): void {
  try {
    localStorage.setItem(PREFIX + document, JSON.stringify(place));
  } catch {
    // A full or forbidden storage costs the place alone.
  }
}

/** Who signs out leaves no trace of what was read. */
export function forgetPlaces(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Forbidden: then there is nothing in it either.
  }
}
