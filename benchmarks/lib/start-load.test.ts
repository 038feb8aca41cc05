import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cpuSeconds } from './cpu.ts';
import { message, node, start, stop, type Child } from './process.ts';
import { load } from './start-load.ts';

let yardstick: Child;
let address: string;

beforeAll(async () => {
  yardstick = start(node(join(import.meta.dirname, 'yardstick.ts')));
  const ready = (each: unknown): each is { httpPort: number } => (each as { httpPort?: number }).httpPort !== undefined;
  address = `http://127.0.0.1:${(await message(yardstick, ready)).httpPort}/`;
});
afterAll(() => stop(yardstick));

const spec = {
  protocol: 'http',
  path: '/',
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('x').toString('base64'),
  clients: 2,
  warmSeconds: 0.1,
} as const;

it("counts requests, and the server's CPU alone", async () => {
  const before = cpuSeconds(yardstick.pid!);
  const { requests, seconds, serverCpuMicros, p50, p99 } = await load({ ...spec, address, seconds: 0.5 }, yardstick.pid!);
  const all = cpuSeconds(yardstick.pid!) - before;
  expect(requests).toBeGreaterThan(10);
  expect(seconds).toBeGreaterThanOrEqual(0.5);
  expect((serverCpuMicros * requests) / 1e6).toBeLessThanOrEqual(all + 0.02); // two ticks
  expect(p50).toBeLessThanOrEqual(p99);
});

it('fails where the server does not answer', async () => {
  await expect(load({ ...spec, address: 'http://127.0.0.1:1/', seconds: 0.1 }, process.pid)).rejects.toThrow('ECONNREFUSED');
});
