import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of a connection: it is broken before or amid the answer, or whoever asks is told this text, or reaches the server behind. */
export type Fate = 'reset' | 'pass' | 'lose the answer' | 'break off' | { readonly say: string };

/** A TCP server before another one, whose connections fare as they are told to. */
export async function flakyServer(behind: string) {
  const fates: Fate[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('data', (request: Buffer) => meet(socket, request)); // a client may connect ahead, and ask nothing
  });
  const meet = (socket: Socket, request: Buffer): void => {
    connections++;
    const fate = fates.shift() ?? 'pass';
    if (fate === 'reset') return void socket.resetAndDestroy();
    if (typeof fate === 'object') return void socket.end(fate.say);
    const { hostname, port } = new URL(behind);
    const upstream = connect(Number(port), hostname);
    upstream.on('error', () => socket.destroy());
    upstream.write(request);
    socket.pipe(upstream);
    if (fate === 'pass') return void upstream.pipe(socket);
    upstream.once('data', (bytes: Buffer) => {
      if (fate === 'lose the answer') return void socket.resetAndDestroy();
      const head = bytes.indexOf('\r\n\r\n') + 4;
      socket.write(bytes.subarray(0, Math.min(head + 1, bytes.length - 1)), () => setTimeout(() => socket.resetAndDestroy(), 50)); // what was sent is to arrive
    });
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The fates of the connections to come, after which all pass; those that are there end. */
    async next(...given: Fate[]): Promise<void> {
      fates.splice(0, Infinity, ...given);
      drop();
      await new Promise((resolve) => setTimeout(resolve, 20)); // the client is to notice
      connections = 0;
    },
    connections: () => connections,
    async stop(): Promise<void> {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An answer of HTTP. */
export function answer(status: number, headers: Readonly<Record<string, string>>, body = ''): Fate {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' });
  return { say: `HTTP/1.1 ${status} Said\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}` };
}
