import type { Library, Tensor2D } from '@switchyard/tensorflow';
import { rowLosses } from './loss.ts';
import type { Rows } from './rows.ts';
import type { TargetScale, Trainable } from './trainable.ts';

const size = 1000;

/** The mean loss, and of classes the accuracy, over rows that the model is not trained on. */
export async function validate(
  tf: Library,
  { scores, kind }: Trainable,
  rows: Rows,
  target?: TargetScale,
): Promise<{ loss: number; accuracy?: number }> {
  let [loss, right] = [0, 0];
  for await (const batch of rows.sweep(size)) {
    const { features, labels, targets, rows: count } = batch;
    tf.tidy(() => {
      const truth =
        targets && target
          ? tf.tensor1d(targets.map((value) => (value - target.mean) / target.deviation) as never, 'float32')
          : tf.tensor1d(labels, 'int32');
      const found = rowLosses(tf, kind, scores.apply(tf.tensor2d(features, [count, rows.width])) as Tensor2D, truth);
      loss += tf.sum(found.losses).dataSync()[0] as number;
      right += tf.sum(found.right).dataSync()[0] as number;
    });
  }
  return { loss: loss / rows.rows, ...(kind !== 'value' && { accuracy: right / rows.rows }) };
}
