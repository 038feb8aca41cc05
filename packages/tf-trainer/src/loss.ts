import { sparseCrossEntropy, type Library, type Tensor, type Tensor1D, type Tensor2D } from '@switchyard/tensorflow';
import type { Scores } from './trainable.ts';

/** Of each row its loss, and 1 where the model is right; of a regression always 0. */
export type RowLosses = { readonly losses: Tensor1D; readonly right: Tensor1D };

/**
 * The cross entropy of classes, or half the square of the error of values, row by row.
 * @param truth The class of each row as int32, or its standardised value as float32.
 */
export function rowLosses(tf: Library, kind: Scores, scores: Tensor2D, truth: Tensor1D): RowLosses {
  if (kind === 'value') {
    const error = tf.sub(tf.squeeze(scores, [1]), truth);
    return { losses: tf.mul(tf.square(error), 0.5) as Tensor1D, right: tf.zerosLike(truth) };
  }
  const losses = kind === 'logits' ? sparseCrossEntropy(scores, truth) : entropyOf(tf, scores, truth);
  return { losses, right: tf.cast(tf.equal(tf.argMax(scores, 1), truth), 'float32') as Tensor1D };
}

function entropyOf(tf: Library, probabilities: Tensor2D, truth: Tensor1D): Tensor1D {
  const logs = tf.log(tf.clipByValue(probabilities, 1e-7, 1));
  return tf.neg(tf.sum(tf.mul(tf.oneHot(truth, probabilities.shape[1]), logs) as Tensor, 1)) as Tensor1D;
}
