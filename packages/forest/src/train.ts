import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ForestError } from './error.ts';
import { completeParameters, type ForestParameters } from './parameters.ts';
import { prepareData, type LabelledRows, type TrainingData } from './training-data.ts';
import { classificationForest, type Forest } from './forest.ts';
import type { Tree } from './tree.ts';

export type TrainOptions = {
  /** Trees that grow at once; as many as the machine has cores unless said otherwise. The forest is the same with any number. */
  readonly threads?: number;
  /** Told after each tree. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborting ends the threads and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
};

/** What a training thread is given: `data` and `counter`, the index of the next tree, are shared memory. */
export type WorkerInput = { readonly data: TrainingData; readonly parameters: ForestParameters; readonly counter: Int32Array };
export type WorkerOutput = { readonly index: number; readonly tree: Tree };

/**
 * Trains a random forest of classifiers. The same data, parameters and seed give the same forest, byte for byte.
 *
 *     const forest = await trainForest(
 *       { features: pixels, rows: 60_000, columns: 784, labels, classes: 10 },
 *       { nEstimators: 30, seed: 7 },
 *       { onProgress: (done, total) => console.log(`${done}/${total}`) },
 *     );
 *
 * Memory beside the rows themselves: two bytes a cell, and for each thread about 40 bytes a row and 2 kB a class.
 *
 * @throws ForestError for data or parameters that no forest can be made of, and where a training thread dies.
 */
export async function trainForest(rows: LabelledRows, given: Partial<ForestParameters> = {}, options: TrainOptions = {}): Promise<Forest> {
  options.signal?.throwIfAborted();
  const parameters = completeParameters(given, rows.columns);
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1) throw new ForestError(`threads is ${threads}; it is a whole number from 1`);
  const data = prepareData(rows);
  const trees = await growTrees(data, parameters, Math.min(threads, parameters.nEstimators), options);
  return classificationForest({ columns: data.columns, classes: data.classes, bytes: data.edges === undefined }, trees);
}

async function growTrees(data: TrainingData, parameters: ForestParameters, threads: number, options: TrainOptions): Promise<Tree[]> {
  const input: WorkerInput = { data, parameters, counter: new Int32Array(new SharedArrayBuffer(4)) };
  const trees: Tree[] = [];
  let done = 0;
  const keep = ({ index, tree }: WorkerOutput): void => {
    trees[index] = tree;
    done++;
    options.onProgress?.(done, parameters.nEstimators);
  };
  const workers = Array.from({ length: threads }, () => startWorker(input));
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(options.signal?.reason);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([stopped.promise, Promise.all(workers.map((worker) => finished(worker, keep)))]);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  if (done !== parameters.nEstimators) throw new ForestError(`only ${done} of ${parameters.nEstimators} trees were grown`);
  return trees;
}

function startWorker(workerData: WorkerInput): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'; // from sources, or built
  return new Worker(new URL(`./tree-worker.${extension}`, import.meta.url), { workerData });
}

function finished(worker: Worker, keep: (output: WorkerOutput) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => reject(new ForestError(`a training thread died: ${why}`, { cause }));
    worker.on('message', (output: WorkerOutput) => {
      try {
        keep(output);
      } catch (error) {
        reject(error); // the caller's own onProgress threw
      }
    });
    worker.once('messageerror', (error) => fail(error.message, error));
    worker.once('error', (error) => fail(error instanceof Error ? error.message : String(error), error));
    worker.once('exit', (code) => (code === 0 ? resolve() : fail(`it ended with code ${code}`)));
  });
}
