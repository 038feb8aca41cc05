import type { Draft, Manifest } from './manifest.ts';

/** One version of a model, verified: its manifest, and its files where they can be read. */
export type Artifact = {
  readonly manifest: Manifest;
  /** The folder that holds `model.json` and the files. */
  readonly directory: string;
  /** Reads one file, held once more against its digest. @throws ArtifactError */
  read(path: string): Promise<Uint8Array>;
};

/** A model by name, and by version or whatever is the latest. */
export type Reference = { readonly name: string; readonly version?: string };

/** Where artifacts live. */
export interface Store {
  models(): Promise<string[]>;
  /** Ascending; the last is not always the latest: `latest` may have been moved back. */
  versions(name: string): Promise<string[]>;
  latest(name: string): Promise<string | undefined>;
  /** Verifies every digest before it answers. @throws ArtifactError */
  open(reference: Reference): Promise<Artifact>;
  /**
   * Publishes a new version: `write` fills a temporary folder and states what it made; then the files are hashed and synced, the folder
   * gets the next version number by one rename, and `latest` moves last. A crash at any point leaves the former state.
   */
  publish(name: string, write: (directory: string) => Promise<Draft>): Promise<Artifact>;
}
