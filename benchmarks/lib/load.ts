// A closed loop of clients, in a process of its own so that its work is not counted as the server's: see startLoad.
import { connect, type Socket } from 'node:net';
import { Client, credentials } from '@grpc/grpc-js';
import type { LoadSpec, LoadResult } from './start-load.ts';

/** One request, ended when its answer has come. @throws Error where it is not a success. */
type Ask = () => Promise<void>;

const spec = JSON.parse(process.argv[2]!) as LoadSpec;
const body = Buffer.from(spec.body, 'base64');
process.on('disconnect', () => process.exit(1));

const clients = await Promise.all(Array.from({ length: spec.clients }, () => (spec.protocol === 'http' ? http() : grpc())));
await loop(clients, spec.warmSeconds);
process.send!({ type: 'begin' });
const cpu = process.cpuUsage();
const began = performance.now();
const latencies = await loop(clients, spec.seconds);
const seconds = (performance.now() - began) / 1000;
const own = process.cpuUsage(cpu);
const sorted = Float64Array.from(latencies).toSorted();
const result: LoadResult = {
  type: 'end',
  requests: latencies.length,
  seconds,
  p50: sorted[Math.floor(sorted.length * 0.5)] ?? NaN,
  p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
  cpu: (own.user + own.system) / 1e6,
};
process.send!(result, () => process.exit(0));

async function loop(asks: readonly Ask[], forSeconds: number): Promise<number[]> {
  const until = performance.now() + forSeconds * 1000;
  const times: number[] = [];
  await Promise.all(
    asks.map(async (ask) => {
      for (let now = performance.now(); now < until;) {
        await ask();
        const then = performance.now();
        times.push(then - now);
        now = then;
      }
    }),
  );
  return times;
}

/** HTTP/1.1, its connection kept as long as the server keeps it: some peers close it after each answer. */
async function http(): Promise<Ask> {
  const { hostname, port, pathname } = new URL(spec.address);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    ...Object.entries(spec.headers).map((header) => header.join(': ')),
  ];
  const request = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`), body]);
  let socket: Socket | undefined;
  return async () => {
    socket ??= connect(Number(port), hostname).setNoDelay();
    const { status, text, close } = await answer(socket, request);
    if (status !== 200) throw new Error(`${spec.address} answered ${status}: ${text}`);
    if (!close) return;
    socket.destroy();
    socket = undefined;
  };
}

/** Sends the request, whose bytes were made once, and of the answer reads no more than its status and its length. */
function answer(socket: Socket, request: Buffer): Promise<{ status: number; text: string; close: boolean }> {
  return new Promise((resolve, reject) => {
    let buffer: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = buffer.toString('latin1', 0, end);
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
      if (Number.isNaN(length)) return done(() => reject(new Error(`no content-length in\n${head}`)));
      if (buffer.length < end + 4 + length) return;
      done(() =>
        resolve({ status: Number(head.slice(9, 12)), text: buffer.toString('utf8', end + 4), close: /^connection: *close/im.test(head) }),
      );
    };
    const onClose = (): void => done(() => reject(new Error(`${spec.address} closed the connection before it answered`)));
    const onError = (error: Error): void => done(() => reject(error));
    const done = (settle: () => void): void => {
      socket.off('data', onData).off('close', onClose).off('error', onError);
      settle();
    };
    socket.on('data', onData).on('close', onClose).on('error', onError);
    socket.write(request);
  });
}

async function grpc(): Promise<Ask> {
  const client = new Client(spec.address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  const raw = (bytes: Buffer) => bytes;
  return () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(spec.path, raw, raw, body, (error) => (error ? reject(error) : resolve()));
    });
}
