/** Where a paper's pages are, and which of them are fetched before they are asked for: the ones beside the page in hand. */

/** Widths that the appliance keeps of every page: a small one that is there at once, what a tablet shows, and for zoom. */
export const WIDTHS = { glance: 480, normal: 900, sharp: 1800 } as const;

export type Width = (typeof WIDTHS)[keyof typeof WIDTHS];

/** The picture of one page of one version. The version's hash is in it, so it never changes and may be kept for good. */
export function pageAddress(document: string, sha256: string, page: number, width: Width = WIDTHS.normal): string {
  return `${versionAddress(document, sha256)}/page/${page}?width=${width}`;
}

export function textAddress(document: string, sha256: string): string {
  return `${versionAddress(document, sha256)}/text`;
}

export function fileAddress(document: string, sha256: string): string {
  return `${versionAddress(document, sha256)}/file`;
}

function versionAddress(document: string, sha256: string): string {
  return `/api/papers/${encodeURIComponent(document)}/${sha256}`;
}

/** The page in hand, the one before it and the two after it: people turn forwards more often than back. */
export function near(page: number, pages: number): number[] {
  return [page, page + 1, page - 1, page + 2].filter((other) => other >= 1 && other <= pages);
}

/** The pages of which a glance is fetched beforehand, for whoever leafs through a paper. */
export function ahead(page: number, pages: number): number[] {
  return [page, page + 1, page + 2, page - 1, page + 3].filter((other) => other >= 1 && other <= pages);
}
