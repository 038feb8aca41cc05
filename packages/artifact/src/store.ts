import type { ArtifactError } from './artifact-error.ts';
import type { Draft, Manifest } from './manifest.ts';
import type { Reference } from './reference.ts';

/** One version of a model, verified: its manifest, and its files where they can be read. */
export type Artifact = {
  readonly manifest: Manifest;
  /** The folder that holds `model.json` and the files; of an object store, its address: `s3://bucket/prefix/name/version`. */
  readonly directory: string;
  /** Reads one file, held once more against its digest. @throws ArtifactError */
  read(path: string): Promise<Uint8Array>;
};

/** Where artifacts live. All methods throw ArtifactError. */
export interface Store {
  /** Names of the models that have a version, sorted. */
  models(): Promise<string[]>;
  /** Ascending, by number; the last is not always the latest: `latest` may have been moved back. Empty where there is no such model. */
  versions(name: string): Promise<string[]>;
  /** What `latest` says, whether or not that version is still there. */
  latest(name: string): Promise<string | undefined>;
  /** Moves `latest`, forth or back, to a version that it verifies first. The way to roll back. */
  setLatest(name: string, version: string): Promise<void>;
  /** Verifies every digest before it answers. */
  open(reference: Reference): Promise<Artifact>;
  /** All that `open` would refuse the artifact for; empty of a sound one. @throws ArtifactError NOT_FOUND */
  verify(reference: Reference): Promise<readonly ArtifactError[]>;
  /**
   * Publishes a new version: `write` fills a temporary folder and states what it made; then the files are hashed and synced, the folder
   * gets the next version number by one rename, and `latest` moves last. A crash at any point leaves the former state.
   * What `write` throws comes through as it is, and nothing stays behind. Do the training before: a temporary folder that nobody has
   * touched for a day may be swept away.
   */
  publish(name: string, write: (directory: string) => Promise<Draft>): Promise<Artifact>;
}
