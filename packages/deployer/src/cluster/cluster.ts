import type { KubernetesObject } from '../kubernetes-object.ts';
import type { LiveObject, Query, Reference } from './live-object.ts';

/** Who our fields belong to, in the API server's books. */
export const fieldManager = 'switchyard-deployer';

export type ApplyOptions = {
  /** Takes over fields that other managers have set; without it such a field is a conflict, with the manager's name. */
  readonly force?: boolean;
  /** Nothing is stored: gives what the object would become. */
  readonly dryRun?: boolean;
};

/**
 * What a watch tells: first everything there is, then each change. `listed` comes again whenever changes may have been missed,
 * and always with everything: what is not in it is gone.
 */
export type WatchEvent =
  | { readonly type: 'listed'; readonly objects: readonly LiveObject[] }
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: LiveObject };

export type Watcher = {
  readonly on: (event: WatchEvent) => void;
  /** A watch goes on after any error, with back-off; here it is told. */
  readonly onError?: (error: Error) => void;
  readonly signal: AbortSignal;
};

export type LogQuery = {
  readonly namespace?: string;
  readonly pod: string;
  readonly container: string;
  /** Of the container's run before, which crashed. */
  readonly previous?: boolean;
  readonly lines: number;
};

/**
 * A Kubernetes cluster, as far as a deployer needs it. Every method throws a {@link ClusterError} in words; calls that may be repeated
 * are, a bounded number of times, when the API server is overloaded, restarting or not reached.
 */
export interface Cluster {
  /** The API server's address. */
  readonly server: string;
  /** Where objects without a namespace belong: the option's, else the context's, else `default`. */
  readonly namespace: string;
  /** Server-side apply: makes the object, or makes ours what we state, as {@link fieldManager}. */
  apply(object: KubernetesObject, options?: ApplyOptions): Promise<LiveObject>;
  /** Makes an object that must not be there yet. `generateName` in its metadata is allowed for. */
  create(object: KubernetesObject): Promise<LiveObject>;
  /** Writes an object over that of the same `resourceVersion`; `conflict` where another was faster. */
  replace(object: KubernetesObject): Promise<LiveObject>;
  get(reference: Reference): Promise<LiveObject | undefined>;
  list(query: Query): Promise<LiveObject[]>;
  /** Deletes in the foreground: what the object owns goes before it; or in the background: it is gone at once. False where there was none. */
  delete(reference: Reference, propagation?: 'Foreground' | 'Background'): Promise<boolean>;
  /** Merges into an object that must be there; the object's other fields are not looked at. */
  patch(reference: Reference, change: Readonly<Record<string, unknown>>): Promise<LiveObject>;
  /** Merges into the status of an object. */
  patchStatus(reference: Reference, status: Readonly<Record<string, unknown>>): Promise<LiveObject>;
  /** Lists, then tells every change until the signal is aborted; reconnects by itself. */
  watch(query: Query, watcher: Watcher): Promise<void>;
  /** What happened to an object lately, oldest first. */
  eventsOf(object: LiveObject): Promise<LiveObject[]>;
  /** The last lines of a container's log, as text. */
  logs(query: LogQuery): Promise<string>;
  /** Whether the API server knows a kind: that a CRD is installed. */
  knows(apiVersion: string, kind: string): Promise<boolean>;
}
