// A closed loop of clients, in a process of its own so that its work is not counted as the server's: see startLoad.
import { connect } from 'node:net';
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

/** HTTP/1.1 on one connection that is kept: the bytes are made once, and of an answer only status and length are read. */
async function http(): Promise<Ask> {
  const { hostname, port, pathname } = new URL(spec.address);
  const socket = connect(Number(port), hostname).setNoDelay();
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    ...Object.entries(spec.headers).map((header) => header.join(': ')),
  ];
  const request = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`), body]);
  let buffer = Buffer.alloc(0);
  let answered: (() => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error('the server closed the connection')));
  socket.on('data', (chunk) => {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = buffer.toString('latin1', 0, end);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
    if (Number.isNaN(length)) return failed?.(new Error(`no content-length in\n${head}`));
    if (buffer.length < end + 4 + length) return;
    const whole = buffer;
    buffer = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200')) answered?.();
    else failed?.(new Error(whole.toString()));
  });
  return () =>
    new Promise((resolve, reject) => {
      answered = resolve;
      failed = reject;
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
