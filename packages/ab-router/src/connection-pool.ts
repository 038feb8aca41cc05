import { deadlines } from './deadlines.ts';
import type { Place } from './dial.ts';
import { httpConnection, type HttpConnection, type HttpConnectionOptions } from './http-connection.ts';

export type PoolOptions = Omit<HttpConnectionOptions, 'onClose'> & {
  /** The longest that an answer may take once a connection is there for its request. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
};

/** Who wants a connection. */
export type Waiting = {
  /** @param until when the answer is late */
  begin(connection: HttpConnection, until: number): void;
};

/** Kept-alive connections to one server; the one that was used last is used next. */
export type ConnectionPool = {
  /** Begins at once where a connection is free, or another may be opened; else in turn. */
  take(waiting: Waiting): void;
  /** It waits no longer. */
  leave(waiting: Waiting): void;
  /** Gives back a connection whose request is answered. @param keptMs How long the server keeps it, where it says so */
  free(connection: HttpConnection, keptMs: number | undefined): void;
  close(): void;
};

type Idle = { readonly connection: HttpConnection; readonly until: number };

/** A server that does not say how long it keeps a connection may do so for no more than some seconds. */
const unsaidMs = 5000;
const longestMs = 60_000;
/** Given up so long before the server does, so that no request meets its close. */
const marginMs = 1000;

export function connectionPool(place: Place, options: PoolOptions): ConnectionPool {
  const { timeoutMs, maxConnections } = options;
  const all = new Set<HttpConnection>();
  const waiting: Waiting[] = [];
  const deadline = deadlines(timeoutMs, all, (connection) => connection.close('timed_out', new Error(`no answer within ${timeoutMs} ms`)));
  let idle: Idle[] = [];
  let sweeper: NodeJS.Timeout | undefined;

  function open(): HttpConnection {
    const connection = httpConnection(place, {
      ...options,
      onClose() {
        all.delete(connection);
        waiting.shift()?.begin(open(), deadline());
      },
    });
    all.add(connection);
    return connection;
  }

  function sweep(): void {
    idle = idle.filter(isFresh);
    if (idle.length > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  return {
    take(wants) {
      for (let last = idle.pop(); last; last = idle.pop()) if (isFresh(last)) return wants.begin(last.connection, deadline());
      if (all.size < maxConnections) return wants.begin(open(), deadline());
      waiting.push(wants);
    },
    leave(wants) {
      const index = waiting.indexOf(wants);
      if (index >= 0) waiting.splice(index, 1);
    },
    free(connection, keptMs = unsaidMs) {
      if (!connection.open) return;
      const next = waiting.shift();
      if (next) return next.begin(connection, deadline());
      idle.push({ connection, until: performance.now() + Math.min(keptMs, longestMs) - marginMs });
      sweeper ??= setInterval(sweep, marginMs).unref();
    },
    close() {
      clearInterval(sweeper);
      for (const connection of all) connection.close('broke_off', new Error('the client is closed'));
    },
  };
}

function isFresh({ connection, until }: Idle): boolean {
  if (connection.open && until > performance.now()) return true;
  connection.close('broke_off', new Error('idle for too long'));
  return false;
}
