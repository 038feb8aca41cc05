import { parentPort, workerData } from 'node:worker_threads';
import { treeSeed } from './random.ts';
import { treeBuilder } from './tree-builder.ts';
import type { WorkerInput, WorkerOutput } from './train.ts';

/** One training thread: takes the next tree from the shared counter until there is none. */
const { data, parameters, counter } = workerData as WorkerInput;
const build = treeBuilder(data, parameters);
for (;;) {
  const index = Atomics.add(counter, 0, 1);
  if (index >= parameters.nEstimators) break;
  const tree = build(treeSeed(parameters.seed, index));
  const output: WorkerOutput = { index, tree };
  parentPort?.postMessage(output, [tree.features.buffer, tree.thresholds.buffer, tree.children.buffer] as ArrayBuffer[]);
}
