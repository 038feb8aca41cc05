import { type ClientHttp2Session, connect } from 'node:http2';
import type { UnitTls } from './unit-access.ts';

/** One HTTP/2 connection to a server, made when it is needed, and made anew when it is gone. */
export type GrpcSession = {
  /** The connection if there is one that takes requests. */
  readonly current: ClientHttp2Session | undefined;
  /** Connects, once for all who ask at the same time. @throws Error of the operating system */
  open(): Promise<ClientHttp2Session>;
  /** Takes no more requests on this connection: those under way finish, later ones get a new one. */
  leave(session: ClientHttp2Session): void;
  close(): void;
};

/** Answers of some megabytes need not wait for the window to open again. */
const windowBytes = 4 * 1024 ** 2;

export function grpcSession(address: string, connectMs: number, tls?: UnitTls): GrpcSession {
  let current: ClientHttp2Session | undefined;
  let opening: Promise<ClientHttp2Session> | undefined;

  const forget = (session: ClientHttp2Session): void => {
    if (current === session) current = undefined;
  };

  function start(): Promise<ClientHttp2Session> {
    return new Promise((resolve, reject) => {
      const session = connect(`http${tls ? 's' : ''}://${address}`, {
        settings: { enablePush: false, initialWindowSize: windowBytes },
        ...(tls && { secureContext: tls.context(), ...(tls.servername !== undefined && { servername: tls.servername }) }),
      });
      const timer = setTimeout(() => session.destroy(timedOut(connectMs)), connectMs);
      session.once('connect', () => {
        clearTimeout(timer);
        session.setLocalWindowSize(windowBytes);
        session.unref(); // a connection that nobody uses keeps no process alive
        current = session;
        resolve(session);
      });
      session.on('goaway', () => forget(session));
      session.on('error', reject); // after the connection is made, each request is told by its own stream
      session.once('close', () => {
        clearTimeout(timer);
        forget(session);
        reject(new Error('the connection was closed before it was made'));
      });
    });
  }

  return {
    get current() {
      return current?.closed === false && !current.destroyed ? current : undefined;
    },
    open() {
      opening ??= start().finally(() => (opening = undefined));
      return opening;
    },
    leave(session) {
      forget(session);
      session.close();
    },
    close() {
      current?.destroy();
      void opening?.then(
        (session) => session.destroy(),
        () => {},
      );
    },
  };
}

function timedOut(connectMs: number): Error {
  return Object.assign(new Error(`no connection within ${connectMs} ms`), { code: 'ETIMEDOUT' });
}
