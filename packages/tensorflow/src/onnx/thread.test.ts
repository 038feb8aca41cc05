import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { onnxFiles, withoutOnnxRuntime } from '../test/onnx.ts';
import { findOnnxRuntime } from './find-runtime.ts';
import type { Values } from './session.ts';
import { mostWaiting } from '../thread.ts';
import { refusalOf, startThread, type Thread } from './thread.ts';

/** The thread of a small model, and those that are started in its place, the last one at the end. */
async function start(): Promise<{ thread: Thread; workers: Worker[] }> {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  const model = onnxFiles('mlp')['onnx/model.onnx']!;
  const source = { runtime: findOnnxRuntime().folder, model, inputs: ['x'], outputs: ['probabilities'], threads: 1, alone: false };
  const thread = await startThread(source);
  onTestFinished(() => {
    process.off('worker', note);
    thread.dispose();
  });
  return { thread, workers };
}

const row = (): Values[] => [{ type: 'float32', dims: [1, 4], data: new Float32Array(4) }];
/** Ends a thread as an error in it would. */
const kill = (worker: Worker | undefined): void => worker?.postMessage(null, []);

describe.skipIf(withoutOnnxRuntime())('a thread', () => {
  test('that dies fails its calls, and the next call is answered by another', async () => {
    const { thread, workers } = await start();
    const [before] = await thread.run(row());
    kill(workers[0]);
    await expect(thread.run(row())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^the thread of the model died: /),
    });
    expect(await thread.run(row())).toEqual([before]);
    expect(workers.length).toBe(2);
  });

  test('that dies again before it has answered is not started at once', async () => {
    const { thread, workers } = await start();
    process.on('worker', kill);
    onTestFinished(() => void process.off('worker', kill));
    kill(workers[0]);
    for (const _ of ['first', 'second']) await expect(thread.run(row())).rejects.toThrow('the thread of the model died: ');
    await expect(thread.run(row())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^the thread of the model died before it had answered, and is not started again yet: /),
    });
    expect(workers.length).toBe(2);
    process.off('worker', kill);
    await vi.waitFor(() => thread.run(row()), { timeout: 60_000, interval: 100 });
    expect(workers.length).toBe(3);
  });

  test('lets so many calls wait, and refuses more', async () => {
    const { thread } = await start();
    const calls = Array.from({ length: mostWaiting + 1 }, () => thread.run(row()));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(mostWaiting);
    expect(outcomes.at(-1)).toMatchObject({
      reason: { code: 'RESOURCE_EXHAUSTED', message: '1024 calls wait for the thread of the model, and no more may' },
    });
    await thread.run(row());
  });

  test('ends when its calls are through', async () => {
    const { thread, workers } = await start();
    const calls = Array.from({ length: 50 }, () => thread.run(row()));
    thread.dispose();
    expect((await Promise.all(calls)).length).toBe(50);
    if (workers[0]!.threadId !== -1) await once(workers[0]!, 'exit');
    expect(workers.length).toBe(1);
  });
});

test.skipIf(withoutOnnxRuntime())('a process that ends while onnxruntime computes ends with its own code', async () => {
  const program = join(import.meta.dirname, '../test/leave-onnx.ts');
  const child = spawn(process.execPath, [...process.execArgv, program], { stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await once(child, 'exit')).toEqual([7, null]);
});

test.each([
  [
    "Non-zero status code returned while running Gather node. Name:'g' Status Message: idx=9 is none",
    'INVALID_ARGUMENT',
    'operation Gather "g": idx=9 is none',
  ],
  [
    "Non-zero status code returned while running Expand node. Name:'' Status Message: bfc_arena.cc:1 Failed to allocate memory for 1",
    'RESOURCE_EXHAUSTED',
    'too little memory',
  ],
  ['the arena is gone', 'INTERNAL', 'onnxruntime cannot run the model: the arena is gone'],
])('%s is %s', (message, code, words) => {
  expect(refusalOf(message)).toMatchObject({ code, message: expect.stringContaining(words) });
});
