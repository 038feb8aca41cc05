import { ClientConnection } from '@switchyard/server';
import { dial, placeOf } from './dial.ts';
import type { UnitTls } from './unit-access.ts';

/** One HTTP/2 connection to a server, made when it is needed, and made anew when it is gone. */
export type GrpcSession = {
  /** The connection if there is one that takes requests. */
  readonly current: ClientConnection | undefined;
  /** Connects, once for all who ask at the same time. @throws Error of the operating system */
  open(): Promise<ClientConnection>;
  close(): void;
};

const readBytes = 64 * 1024;

export function grpcSession(address: string, connectMs: number, tls?: UnitTls): GrpcSession {
  const place = placeOf(address);
  let current: ClientConnection | undefined;
  let opening: Promise<ClientConnection> | undefined;

  function start(): Promise<ClientConnection> {
    return new Promise((resolve, reject) => {
      const onBytes = (bytes: Buffer): void => connection.read(bytes);
      const socket = dial(place, { tls, protocol: 'h2', readBytes, onBytes, onConnect });
      const connection = new ClientConnection(socket, () => {
        if (current === connection) current = undefined;
      });
      const timer = setTimeout(() => socket.destroy(timedOut(connectMs)), connectMs);
      socket.on('error', reject); // once the connection is made, each request is told by itself
      socket.on('end', () => connection.destroy());
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new Error('the connection was closed before it was made'));
      });
      function onConnect(): void {
        clearTimeout(timer);
        socket.unref(); // a connection that nobody uses keeps no process alive
        current = connection;
        resolve(connection);
      }
    });
  }

  return {
    get current() {
      return current?.open === true ? current : undefined;
    },
    open() {
      opening ??= start().finally(() => (opening = undefined));
      return opening;
    },
    close() {
      current?.destroy();
      void opening?.then(
        (connection) => connection.destroy(),
        () => {},
      );
    },
  };
}

function timedOut(connectMs: number): Error {
  return Object.assign(new Error(`no connection within ${connectMs} ms`), { code: 'ETIMEDOUT' });
}
