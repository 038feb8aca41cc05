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
/** For so long the server is asked to keep a connection, in seconds; spread, so that all watches do not come back at once. */
const lastingSeconds = 1800;
const connectMs = 30_000;
/** A connection that says nothing for so long is dead. The server sends a bookmark each minute, also where nothing changes. */
const silenceMs = 150_000;
const longestMs = 30_000;
const phases = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

/** Lists and watches until the signal is aborted. Goes on where it was after a lost connection, and lists anew where that is no longer known. */
export async function watchForever(config: KubeConfig, source: WatchSource, { on, onError, signal }: Watcher): Promise<void> {
  let since: string | undefined;
  let failures = 0;
  const pause = (): Promise<void> => sleep(Math.min(longestMs, firstMs * 2 ** failures++), undefined, { signal }).catch(() => {});
  while (!signal.aborted) {
    try {
      if (since === undefined) {
        const { objects, resourceVersion } = await source.list();
        if (signal.aborted) return;
        since = resourceVersion;
        on({ type: 'listed', objects });
      }
      const opened = performance.now();
      for await (const [phase, object] of changes(config, await source.path(), { ...source.query, resourceVersion: since }, signal)) {
        failures = 0;
        since = object.metadata.resourceVersion;
        if (phase in phases) on({ type: phases[phase as keyof typeof phases], object });
      }
      if (performance.now() - opened < firstMs) await pause(); // a server that hangs up at once is not to be run down
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) since = undefined; // the server has forgotten what came after
      else {
        onError?.(source.explain(error));
        await pause();
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
  const opening = patientWatch(config).watch(
    path,
    { ...query, allowWatchBookmarks: true, timeoutSeconds: Math.round(lastingSeconds * (0.8 + Math.random() * 0.4)) },
    (phase, object) => {
      waiting.push([phase, object]);
      wake();
    },
    (error) => {
      ended = { error };
      wake();
    },
  );
  const stop = (): void => {
    void opening.then((connection) => connection.abort());
    wake();
  };
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

/**
 * The library takes a connection for dead after 30 s of silence, which is shorter than the time between two bookmarks, and has no option
 * for that. It reads its limit before it connects, where 30 s are right, and then after each part of the answer.
 */
function patientWatch(config: KubeConfig): Watch {
  let connecting = true;
  return Object.defineProperty(new Watch(config), 'requestTimeoutMs', {
    get() {
      const limit = connecting ? connectMs : silenceMs;
      connecting = false;
      return limit;
    },
  });
}

/** An event that is the API server's `Status` in place of an object. */
function failure(object: unknown): Error {
  const { code, message } = object as { code?: number; message?: string };
  return Object.assign(new ClusterError(code === 410 ? 'gone' : 'other', `watch: ${message ?? 'failed'}`), { statusCode: code });
}
