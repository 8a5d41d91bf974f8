/** The papers as the server tells of them, by their short names. */
import type { components } from '../../live/protocol';

type Schemas = components['schemas'];

export type Version = Schemas['VersionView'];
export type Paper = Schemas['DocumentView'];
export type PaperList = Schemas['PaperList'];
export type PaperText = Schemas['PaperText'];
export type Hit = Schemas['Hit'];
export type Hits = Schemas['Hits'];
export type Comparison = Schemas['Comparison'];
export type KeptNote = Schemas['KeptNote'];
export type Receipts = Schemas['Receipts'];
export type Job = Schemas['PaperJob'];

/** The version to read: the newest whose pages are there. */
export function readable(paper: Paper): Version | null {
  return paper.versions.find((version) => version.state === 'ready') ?? null;
}
