import { Worker } from 'node:worker_threads';
import { ForestError, type LabelledRows, type Task } from '@switchyard/forest';

/** Options of ml-random-forest, by its own names. */
export type LibraryOptions = {
  readonly seed: number;
  readonly nEstimators: number;
  /** A whole number of columns from 2, or a share of them. */
  readonly maxFeatures: number;
  readonly useSampleBagging: boolean;
  readonly replacement: true;
  /** Its out-of-bag results fail where a row is in every bag. */
  readonly noOOB: true;
  readonly treeOptions: { readonly minNumSamples: number; readonly maxDepth?: number };
};

export type LibraryInput = {
  readonly features: LabelledRows['features'];
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
  readonly task: Task;
  readonly options: LibraryOptions;
};
export type LibraryOutput = { readonly json: string; readonly seconds: number; readonly importances: Float64Array };

/** Trains with ml-random-forest in a thread of its own; `signal` ends it. @throws ForestError where the library fails */
export async function runLibrary(input: LibraryInput, signal: AbortSignal): Promise<LibraryOutput> {
  signal.throwIfAborted();
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'; // from sources, or built
  const worker = new Worker(new URL(`./library-worker.${extension}`, import.meta.url), { workerData: input });
  const done = Promise.withResolvers<LibraryOutput>();
  const stop = (): void => done.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  worker.once('message', done.resolve);
  worker.once('error', (error) => done.reject(new ForestError(`ml-random-forest: ${(error as Error).message}`, { cause: error })));
  worker.once('exit', (code) => done.reject(new ForestError(`ml-random-forest: its thread ended with code ${code}`)));
  try {
    return await done.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
