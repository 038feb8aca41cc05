import { Worker } from 'node:worker_threads';
import type { FeatureRows } from '@switchyard/forest';
import { InferenceError } from '@switchyard/protocol';
import type { Answers, Wanted } from './answer-rows.ts';

export type BatchRequest = { readonly id: number; readonly features: FeatureRows; readonly rows: number; readonly wanted: Wanted };
export type BatchAnswer = { readonly id: number; readonly answers: Answers };

export type BatchThread = {
  /** Answers rows in the thread; the event loop only copies them. @throws InferenceError INTERNAL where the thread dies */
  answer(features: FeatureRows, rows: number, wanted: Wanted): Promise<Answers>;
  dispose(): void;
};

/**
 * A thread for batches that would hold the event loop up. It is started by the first one, so who sends none pays nothing; where it dies,
 * its requests fail, and the next one starts another.
 *
 * @param file The forest's file: the thread lays it out for itself.
 */
export function batchThread(file: Uint8Array): BatchThread {
  const waiting = new Map<number, PromiseWithResolvers<Answers>>();
  let worker: Worker | undefined;
  let next = 0;

  function start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'; // from sources, or built
    const started = new Worker(new URL(`./batch-worker.${extension}`, import.meta.url), { workerData: file });
    started.on('message', ({ id, answers }: BatchAnswer) => {
      waiting.get(id)?.resolve(answers);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    const fail = (why: string): void => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(new InferenceError('INTERNAL', `the thread of large batches died: ${why}`));
      waiting.clear();
    };
    started.once('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    started.once('exit', (code) => fail(`it ended with code ${code}`));
    return started;
  }

  return {
    answer(features, rows, wanted) {
      worker ??= start();
      worker.ref(); // a request under way keeps the process
      const copy = features.slice(); // the request's own bytes are not ours to give away
      const answer = Promise.withResolvers<Answers>();
      const id = next++;
      waiting.set(id, answer);
      worker.postMessage({ id, features: copy, rows, wanted } satisfies BatchRequest, [copy.buffer]);
      return answer.promise;
    },
    dispose: () => void worker?.terminate(),
  };
}
