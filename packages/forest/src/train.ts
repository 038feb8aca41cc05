import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { layGround, type Engine } from './engine.ts';
import { ForestError } from './error.ts';
import { classificationForest, regressionForest, type Forest } from './forest.ts';
import { postGround, type PostedGround } from './ground.ts';
import { impurityImportances } from './impurity-importances.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { scoreOutOfBag, type OutOfBag } from './out-of-bag.ts';
import { completeParameters, type ForestParameters, type GivenParameters } from './parameters.ts';
import type { Tree } from './tree.ts';

export type TrainOptions = {
  /** Trees that grow at once; as many as the machine has cores unless said otherwise. The forest is the same with any number. */
  readonly threads?: number;
  /** What grows them; unless said otherwise "wasm" where the data fits into its 4 GiB. The forest is the same with either. */
  readonly engine?: Engine | 'auto';
  /**
   * Frees the memory of the rows' features as soon as the threads have their own form of them: nobody can read them afterwards, neither
   * through another view of the same buffer. Not with `oobScore`, which reads them again.
   */
  readonly consume?: boolean;
  /** The trees `from … to − 1` of the forest only: a shard. Shards side by side are the whole forest, byte for byte. */
  readonly from?: number;
  readonly to?: number;
  /** Trees by index that are there already, from the same data, parameters and seed: these are not grown again. */
  readonly have?: ReadonlyMap<number, Tree>;
  /** Told of each tree that was grown. */
  readonly onTree?: (index: number, tree: Tree) => void;
  /** Told after each tree; those that were there already count. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborting ends the threads and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
};

export type Training = {
  readonly forest: Forest;
  /** By column, adding up to 1: how much its splits lessened the impurity. */
  readonly importances: Float64Array;
  /** Where `oobScore` asked for it. */
  readonly oob?: OutOfBag;
};

/** What a training thread is given: ground and `counter`, the place of the next tree in `wanted`, are shared memory. */
export type WorkerInput = {
  readonly ground: PostedGround;
  readonly thread: number;
  readonly wanted: Int32Array;
  readonly counter: Int32Array;
};
export type WorkerOutput = { readonly index: number; readonly tree: Tree };

/**
 * Trains a random forest. The same data, parameters and seed give the same forest, byte for byte.
 *
 *     const { forest, importances } = await trainForest(
 *       { features: pixels, rows: 60_000, columns: 784, labels, classes: 10 },
 *       { nEstimators: 30, seed: 7 },
 *       { onProgress: (done, total) => console.log(`${done}/${total}`) },
 *     );
 *
 * Memory beside the rows themselves: two bytes a cell, and for each thread about 100 bytes a row; docs/forest.md has the formula.
 *
 * @throws ForestError for data or parameters that no forest can be made of, and where a training thread dies.
 */
export async function trainForest(rows: LabelledRows, given: GivenParameters = {}, options: TrainOptions = {}): Promise<Training> {
  options.signal?.throwIfAborted();
  const parameters = completeParameters(given, rows.columns, rows.task, rows.rows);
  if (options.consume && parameters.oobScore) throw new ForestError('oobScore reads the features again: they cannot be consumed');
  const trees = await growTrees(rows, parameters, options);
  const forest = forestOf(rows, trees);
  const importances = impurityImportances(forest, parameters.criterion);
  if (!parameters.oobScore) return { forest, importances };
  return { forest, importances, oob: await scoreOutOfBag(forest, rows, parameters, options) };
}

/** A forest of trees that were grown on rows. */
function forestOf(rows: LabelledRows, trees: readonly Tree[]): Forest {
  const size = { columns: rows.columns, bytes: rows.features instanceof Uint8Array };
  return rows.task === 'regression'
    ? regressionForest({ ...size, outputs: 1 }, trees)
    : classificationForest({ ...size, classes: rows.classes }, trees);
}

/** Which trees to grow. @throws ForestError where they are none of the forest's. */
function range({ nEstimators }: ForestParameters, { from = 0, to = nEstimators }: TrainOptions): readonly [number, number] {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > nEstimators || from >= to)
    throw new ForestError(`trees from ${from} to ${to} of ${nEstimators}; a shard has at least one of them`);
  return [from, to];
}

async function growTrees(rows: LabelledRows, parameters: ForestParameters, options: TrainOptions): Promise<Tree[]> {
  const { threads = availableParallelism(), have = new Map<number, Tree>() } = options;
  if (!Number.isInteger(threads) || threads < 1) throw new ForestError(`threads is ${threads}; it is a whole number from 1`);
  const [from, to] = range(parameters, options);
  const trees = Array.from({ length: to - from }, (_, place) => have.get(from + place));
  const wanted = Int32Array.from(
    [...trees.keys()].filter((place) => !trees[place]),
    (place) => from + place,
  );
  let done = trees.length - wanted.length;
  const keep = ({ index, tree }: WorkerOutput): void => {
    trees[index - from] = tree;
    options.onTree?.(index, tree);
    options.onProgress?.(++done, trees.length);
  };
  if (wanted.length > 0) await runWorkers(rows, parameters, Math.min(threads, wanted.length), wanted, keep, options);
  const missing = trees.findIndex((tree) => tree === undefined);
  if (missing >= 0) throw new ForestError(`tree ${from + missing} was not grown, though all training threads ended well`);
  return trees as Tree[];
}

async function runWorkers(
  rows: LabelledRows,
  parameters: ForestParameters,
  threads: number,
  wanted: Int32Array,
  keep: (output: WorkerOutput) => void,
  { signal, engine = 'auto', consume }: TrainOptions,
): Promise<void> {
  const ground = postGround(layGround(rows, parameters, threads, engine));
  if (consume && rows.features.buffer instanceof ArrayBuffer) rows.features.buffer.transfer(0);
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: threads }, (_, thread) => startWorker({ ground, thread, wanted, counter }));
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([stopped.promise, Promise.all(workers.map((worker) => finished(worker, keep)))]);
  } finally {
    signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
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
        reject(error); // the caller's own onTree or onProgress threw
      }
    });
    worker.once('messageerror', (error) => fail(error.message, error));
    worker.once('error', (error) => fail(error instanceof Error ? error.message : String(error), error));
    worker.once('exit', (code) => (code === 0 ? resolve() : fail(`it ended with code ${code}`)));
  });
}
