import { parentPort, workerData } from 'node:worker_threads';
import { decodeForest, forestPredictor } from '@switchyard/forest';
import { answerRows } from './answer-rows.ts';
import type { BatchAnswer, BatchRequest } from './batch-thread.ts';

/** The thread of large batches: the forest that the event loop has, once more. */
const forest = decodeForest(workerData as Uint8Array);
const predictor = forestPredictor(forest);
parentPort?.on('message', ({ id, features, rows, doubles }: BatchRequest) => {
  const answers = answerRows(forest, predictor, features, rows, doubles);
  parentPort?.postMessage({ id, answers } satisfies BatchAnswer, [answers.buffer]);
});
