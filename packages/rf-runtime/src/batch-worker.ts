import { parentPort, workerData } from 'node:worker_threads';
import { decodeForest, forestPredictor, outlineOf } from '@switchyard/forest';
import { answerRows } from './answer-rows.ts';
import type { BatchAnswer, BatchRequest } from './batch-thread.ts';

/** The thread of what takes long: the forest that the event loop has, once more, and its trees. */
const forest = decodeForest(workerData as Uint8Array);
const outline = outlineOf(forest);
const predictor = forestPredictor(forest);
parentPort?.on('message', ({ id, features, rows, wanted }: BatchRequest) => {
  const answers = answerRows(outline, predictor, features, rows, wanted);
  const { data, contributions } = answers; // the large arrays, given away; the others are copied
  const given = [data.buffer, ...(contributions ? [contributions.values.buffer] : [])];
  parentPort?.postMessage({ id, answers } satisfies BatchAnswer, given);
});
