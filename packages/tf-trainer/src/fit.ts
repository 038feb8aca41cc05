import { setImmediate } from 'node:timers/promises';
import { UserError } from '@switchyard/config';
import { batches, type Batch, type Dataset } from '@switchyard/dataset';
import type { Library, Optimizer, Scalar } from '@switchyard/tensorflow';
import type { ReportProgress } from '@switchyard/training';
import type { Input } from './input.ts';
import type { Classifier } from './preset.ts';

export type FitOptions = {
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly optimizer: Optimizer;
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
};

const breath = 50; // milliseconds of computing between two looks at signals and messages

/**
 * Trains a classifier by the cross entropy of its batches, and gives the mean loss over the last tenth of the steps.
 * The same seed sees the same rows in the same order.
 * @throws UserError where the loss is no longer a number. @throws the signal's reason where it is aborted.
 */
export async function fit(tf: Library, classifier: Classifier, train: Dataset, input: Input, options: FitOptions): Promise<number> {
  const { steps, batchSize, seed, optimizer, report, signal } = options;
  const step = createStep(tf, classifier, train, optimizer);
  const { scale, offset } = input;
  const recent: number[] = [];
  let done = 0;
  let samples = 0;
  const start = performance.now();
  let rested = start;
  for (const batch of batches(train, batchSize, seed, { scale, offset, epochs: Infinity })) {
    const loss = step(batch);
    done++;
    samples += batch.rows;
    if (!Number.isFinite(loss)) throw new UserError(`the loss is ${loss} after ${done} steps: a smaller --learning-rate may help`);
    if (done > steps - Math.max(1, steps / 10)) recent.push(loss);
    const now = performance.now();
    const rate = Math.round((samples * 1000) / (now - start));
    report({ phase: 'training', done, total: steps, detail: `loss ${loss.toFixed(3)}, ${rate} samples/s` });
    if (done === steps) break;
    if (now - rested < breath) continue;
    await setImmediate();
    signal.throwIfAborted();
    rested = performance.now();
  }
  return recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
}

/** One step as a function of a batch alone: reads and writes the model's variables, gives the loss, leaves no tensor behind. */
function createStep(tf: Library, { logits }: Classifier, { shape, classNames }: Dataset, optimizer: Optimizer): (batch: Batch) => number {
  const width = shape.reduce((product, size) => product * size, 1);
  const variables = logits.trainableWeights.map((weight) => weight.read() as ReturnType<Library['variable']>);
  return ({ features, labels, rows }) =>
    tf.tidy(() => {
      const x = tf.tensor2d(features, [rows, width]);
      const truth = tf.oneHot(tf.tensor1d(labels, 'int32'), classNames.length);
      const loss = () => tf.losses.softmaxCrossEntropy(truth, logits.apply(x, { training: true }) as typeof x) as Scalar;
      return optimizer.minimize(loss, true, variables)?.dataSync()[0] ?? Number.NaN;
    });
}
