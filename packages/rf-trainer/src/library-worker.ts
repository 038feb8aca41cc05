import { parentPort, workerData } from 'node:worker_threads';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import type { LibraryInput, LibraryOutput } from './library-thread.ts';

/** The thread in which ml-random-forest trains: its `train` does not give way to anybody, so it is ended from outside. */
const { features, rows, columns, values, task, options } = workerData as LibraryInput;
const lists = Array.from({ length: rows }, (_, row) => Array.from(features.subarray(row * columns, (row + 1) * columns)));
const model = task === 'regression' ? new RandomForestRegression(options) : new RandomForestClassifier(options);
const began = performance.now();
model.train(lists, Array.from(values));
const seconds = (performance.now() - began) / 1000;
// importances are there only before it becomes JSON; of a tree without a split they are NaN
const importances: Float64Array<ArrayBuffer> = Float64Array.from(
  (model as unknown as { featureImportance(): number[] }).featureImportance(),
  (value) => value || 0,
);
parentPort?.postMessage({ json: JSON.stringify(model), seconds, importances } satisfies LibraryOutput, [importances.buffer]);
