import { parentPort, workerData } from 'node:worker_threads';
import { groundBuilder, receiveGround } from './ground.ts';
import { treeSeed } from './random.ts';
import type { WorkerInput, WorkerOutput } from './train.ts';

/** One training thread: takes the next tree from the shared counter until there is none. */
const { ground: posted, thread, wanted, counter } = workerData as WorkerInput;
const ground = receiveGround(posted);
const build = groundBuilder(ground, thread);
for (;;) {
  const index = wanted[Atomics.add(counter, 0, 1)];
  if (index === undefined) break;
  const tree = build(treeSeed(ground.parameters.seed, index));
  const output: WorkerOutput = { index, tree };
  parentPort?.postMessage(
    output,
    Object.values(tree).map(({ buffer }) => buffer as ArrayBuffer),
  );
}
