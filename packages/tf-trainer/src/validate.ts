import { traceFunction, type Library, type Tensor1D, type Tensor2D } from '@switchyard/tensorflow';
import { rowLosses } from './loss.ts';
import type { Rows } from './rows.ts';
import type { TargetScale, Trainable } from './trainable.ts';
import { truthOf } from './truth.ts';

export type Validator = {
  /** The mean loss, and of classes the accuracy, over rows that the model is not trained on, with its weights as they are now. */
  validate(rows: Rows, target?: TargetScale): Promise<{ loss: number; accuracy?: number }>;
  dispose(): void;
};

const size = 1000;

/** Made once for a model, since it is recorded once: the weights go into its graph at each call. */
export function createValidator(tf: Library, { scores, kind }: Trainable): Validator {
  const sums = (x: Tensor2D, truth: Tensor1D): Tensor1D => {
    const { losses, right } = rowLosses(tf, kind, scores.apply(x) as Tensor2D, truth);
    return tf.stack([tf.sum(losses), tf.sum(right)]) as Tensor1D;
  };
  const traced = traceFunction(sums, { name: 'the validation' });
  const validate: Validator['validate'] = async (rows, target) => {
    let [loss, right] = [0, 0];
    for await (const batch of rows.sweep(size)) {
      const found = tf.tidy(() => traced(tf.tensor2d(batch.features, [batch.rows, rows.width]), truthOf(tf, batch, target)).dataSync());
      loss += found[0] as number;
      right += found[1] as number;
    }
    return { loss: loss / rows.rows, ...(kind !== 'value' && { accuracy: right / rows.rows }) };
  };
  return { validate, dispose: traced.dispose };
}
