import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuSeconds } from '../lib/cpu.ts';
import { message, node, start, stop, type Child } from '../lib/process.ts';
import { isBuilt, load } from './client.ts';

const constant = { data: { ndarray: [Array(10).fill(0.1)] } };
const spec = {
  protocol: 'http',
  path: '/',
  headers: {},
  bodies: [Buffer.from('a'), Buffer.from('b')],
  clients: 3,
  warmSeconds: 0.1,
  seconds: 0.3,
} as const;

// the benchmark builds it, which needs Go and its modules
describe.skipIf(!isBuilt())('the compiled client', () => {
  let server: Child;
  let address: string;
  beforeAll(async () => {
    server = start(node(join(import.meta.dirname, '../lib/yardstick.ts')));
    const ready = (each: unknown): each is { httpPort: number } => (each as { httpPort?: number }).httpPort !== undefined;
    address = `127.0.0.1:${(await message(server, ready)).httpPort}`;
  });
  afterAll(() => stop(server));

  test('counts requests, and the CPU of the server alone', async () => {
    const before = cpuSeconds(server.pid!);
    const { requests, seconds, cpuMicros, p50, p99, p999, answers } = await load({ ...spec, address }, [server.pid!]);
    const all = cpuSeconds(server.pid!) - before;
    expect(requests).toBeGreaterThan(10);
    expect(seconds).toBeGreaterThanOrEqual(0.3);
    expect((cpuMicros[0]! * requests) / 1e6).toBeLessThanOrEqual(all + 0.02); // two ticks
    expect(p50).toBeLessThanOrEqual(p99);
    expect(p99).toBeLessThanOrEqual(p999);
    expect(answers.map((answer) => JSON.parse(answer.toString()))).toEqual([constant, constant]);
  });

  test('fails where the server does not answer, or is elsewhere', async () => {
    await expect(load({ ...spec, address: '127.0.0.1:1' }, [])).rejects.toThrow('connection refused');
    await expect(load({ ...spec, address: '192.0.2.1:80' }, [])).rejects.toThrow('not an address of this machine');
  });
});
