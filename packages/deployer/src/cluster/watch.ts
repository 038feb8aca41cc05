import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeConfig, Watch } from '@kubernetes/client-node';
import { ClusterError } from './cluster-error.ts';
import type { Watcher } from './cluster.ts';
import type { LiveObject } from './live-object.ts';

export type Listing = { readonly objects: readonly LiveObject[]; readonly resourceVersion: string };

export type WatchSource = {
  /** Everything there is now, and since when. */
  readonly list: () => Promise<Listing>;
  /** The path and selectors of the collection. */
  readonly path: () => Promise<string>;
  readonly query: Readonly<Record<string, string>>;
  /** Says in words why a connection failed. */
  readonly explain: (error: unknown) => Error;
};

const firstMs = 500;
const longestMs = 30_000;
const phases = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

/** Lists and watches until the signal is aborted. Goes on where it was after a lost connection, and lists anew where that is no longer known. */
export async function watchForever(config: KubeConfig, source: WatchSource, { on, onError, signal }: Watcher): Promise<void> {
  let since: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (since === undefined) {
        const { objects, resourceVersion } = await source.list();
        if (signal.aborted) return;
        since = resourceVersion;
        on({ type: 'listed', objects });
      }
      for await (const [phase, object] of changes(config, await source.path(), { ...source.query, resourceVersion: since }, signal)) {
        failures = 0;
        since = object.metadata.resourceVersion;
        if (phase in phases) on({ type: phases[phase as keyof typeof phases], object });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) since = undefined; // the server has forgotten what came after
      else {
        onError?.(source.explain(error));
        const wait = Math.min(longestMs, firstMs * 2 ** failures++);
        await sleep(wait, undefined, { signal }).catch(() => {});
      }
    }
  }
}

const isGone = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 410;

/** The changes of one connection; it ends quietly when the server closes it, or when nothing came for a while. */
async function* changes(
  config: KubeConfig,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<[phase: string, object: LiveObject]> {
  const waiting: [string, LiveObject][] = [];
  let ended: { error: unknown } | undefined;
  let wake = (): void => {};
  const connection = await new Watch(config).watch(
    path,
    { ...query, allowWatchBookmarks: true },
    (phase, object) => {
      waiting.push([phase, object]);
      wake();
    },
    (error) => {
      ended = { error };
      wake();
    },
  );
  const stop = (): void => connection.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (next[0] === 'ERROR') throw failure(next[1]);
        yield next;
      }
      if (signal.aborted) return;
      if (ended !== undefined) {
        const { error } = ended;
        if (error && (error as Error).name !== 'TimeoutError' && (error as Error).name !== 'AbortError') throw error;
        return;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** An event that is the API server's `Status` in place of an object. */
function failure(object: unknown): Error {
  const { code, message } = object as { code?: number; message?: string };
  return Object.assign(new ClusterError(code === 410 ? 'gone' : 'other', `watch: ${message ?? 'failed'}`), { statusCode: code });
}
