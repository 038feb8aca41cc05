/** A model of a repository as the Open Inference Protocol's index states it. */
export type RepositoryEntry = {
  readonly name: string;
  readonly version?: string;
  readonly state: 'READY' | 'LOADING' | 'UNAVAILABLE';
  /** Why it is not ready. */
  readonly reason: string;
};

/** What the repository extension of the Open Inference Protocol drives. Errors are InferenceErrors with the reason in words. */
export type Repository = {
  index(): Promise<readonly RepositoryEntry[]>;
  /** Loads a version, or whatever is to be served now, and waits for it; the version before serves until then, and after a failure. */
  load(name: string, version?: string): Promise<void>;
  unload(name: string): Promise<void>;
};
