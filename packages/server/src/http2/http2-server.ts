import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { secureServer, type Tls } from '../security/tls.ts';
import { turnstile } from '../turnstile.ts';
import { Connection } from './connection.ts';
import type { ConnectionLimits } from './limits.ts';
import type { ServerStream } from './stream.ts';

/** The longest that a connection may take to begin to speak HTTP/2, and to be there without a request; how often that is looked at. */
const times = { prefaceMs: 10_000, idleMs: 300_000, checkMs: 1000 };

type Options = {
  readonly tls: Tls | undefined;
  readonly maxClients: number;
  readonly limits: ConnectionLimits;
  readonly onStream: (stream: ServerStream) => void;
};

export type Http2Server = {
  /** Not yet listening; takes `listen` and errors of it, and no more. */
  readonly server: Server;
  /** Takes no new connections or requests; resolves when all are gone. */
  drain(): Promise<void>;
  /** Ends all that is under way. */
  kill(): void;
};

/** A server of HTTP/2 alone: by prior knowledge, or over TLS by ALPN. */
export function createHttp2Server({ tls, maxClients, limits, onStream }: Options, { prefaceMs, idleMs, checkMs } = times): Http2Server {
  const sockets = new Set<Socket>();
  const connections = new Set<Connection>();
  const inTurn = turnstile();
  let gone = (): void => {};
  const begin = (socket: Socket): void => {
    const connection = new Connection(socket, { limits, onStream, stepBack: inTurn });
    connections.add(connection);
    socket.once('close', () => {
      connections.delete(connection);
      if (connections.size === 0) gone();
    });
  };
  const options = { noDelay: true };
  const server = tls
    ? secureServer(tls, (secured) => createTlsServer({ ...options, ...secured, ALPNProtocols: ['h2'] }, ifHttp2(begin)))
    : createServer(options, begin);
  server.maxConnections = maxClients;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => void sockets.delete(socket));
  });

  function check(): void {
    const now = performance.now();
    for (const connection of connections) {
      const { began, since, idleSince = now } = connection;
      if (!began && now - since > prefaceMs) connection.kill();
      else if (now - idleSince > idleMs) connection.close();
      else connection.check(now);
    }
  }
  const timer = setInterval(check, checkMs).unref();

  return {
    server,
    async drain() {
      server.close(() => clearInterval(timer));
      for (const connection of connections) connection.close();
      if (connections.size > 0) await new Promise<void>((resolve) => (gone = resolve));
      for (const socket of sockets) socket.destroy(); // that never became a connection
    },
    kill() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Clients that do not say by ALPN that they speak HTTP/2 are sent away. */
const ifHttp2 = (begin: (socket: Socket) => void) => (socket: TLSSocket) =>
  socket.alpnProtocol === 'h2' ? begin(socket) : socket.destroy();
