import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Status } from '@switchyard/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { blackHole } from '../../fixtures/event-sink-server.ts';
import { publishLinear, someRow, someWeights, temporaryStore } from '../../fixtures/linear.ts';

const mebibyte = 1024 ** 2;

/** A runtime as a process of its own, ready, whose requests are logged. */
async function startRuntime(url: string): Promise<Status> {
  const { store, directory } = await temporaryStore();
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await publishLinear(store, 'lines', someWeights);
  const place = ['--model', 'lines', '--store', directory, '--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0'];
  const flags = ['--request-log-url', url, '--request-log-queue-mb', '8', '--log-level', 'error'];
  const child = fork(new URL('../../fixtures/runtime-main.ts', import.meta.url), [...place, ...flags], {
    execArgv: ['--conditions=@switchyard/source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for (;;) {
    const [status] = (await once(child, 'message')) as [Status];
    if (status.ready) return status;
  }
}

async function figures({ httpPort }: Status) {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  const figure = (name: string, label = '') => Number(new RegExp(`^${name}(?:{[^}]*${label}[^}]*})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    resident: figure('process_resident_memory_bytes'),
    queuedBytes: figure('switchyard_request_log_queued_bytes'),
    queued: figure('switchyard_request_log_queued'),
    full: figure('switchyard_request_log_dropped_total', 'reason="full"'),
  };
}

test('a sink that never answers costs the queue and no more, however much would go to it', async () => {
  const status = await startRuntime((await blackHole()).url);
  const body = Buffer.from(`${JSON.stringify({ data: { ndarray: [someRow] } })}${' '.repeat(mebibyte)}`);
  const one = async (): Promise<void> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const answer = await fetch(`http://127.0.0.1:${status.httpPort}/api/v1.0/predictions`, init);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  };
  const predict = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 10) await Promise.all(Array.from({ length: 10 }, one));
  };
  await predict(50); // the queue is full, and the process about as large as it gets
  const before = await figures(status);
  expect(before.queuedBytes).toBeGreaterThan(6 * mebibyte);
  await predict(300);
  const after = await figures(status);
  expect(after.queuedBytes).toBeLessThanOrEqual(8 * mebibyte);
  expect(after.queued + after.full).toBe(2 * 350);
  expect(after.resident - before.resident).toBeLessThan(150 * mebibyte); // half of what it would be if requests were kept
});
