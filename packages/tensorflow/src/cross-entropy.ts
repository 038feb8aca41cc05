import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { library as tf } from './library.ts';
import { nativeBackend, type NativeBackend } from './trace/native-backend.ts';

/**
 * The cross entropy of each row: of scores `[n, classes]` before a softmax, with the class of each row, int32 `[n]`. On the native backend it
 * is TensorFlow's own operation, which computes loss and gradient at once.
 */
export function sparseCrossEntropy(scores: Tensor2D, classes: Tensor1D): Tensor1D {
  const backend = nativeBackend();
  if (typeof backend === 'object') return fused(backend, scores, classes);
  const chosen = tf.oneHot(classes, scores.shape[1]);
  return tf.neg(tf.sum(tf.mul(chosen, tf.logSoftmax(scores)) as Tensor, 1)) as Tensor1D;
}

function fused(backend: NativeBackend, scores: Tensor2D, classes: Tensor1D): Tensor1D {
  const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding;
  const type = (name: string, value: number | undefined) => ({ name, type: TF_ATTR_TYPE as number, value });
  const attributes = [type('T', TF_FLOAT), type('Tlabels', TF_INT32)];
  const operation = tf.customGrad((x, save) => {
    const [value, slope] = backend.executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', attributes, [x as Tensor, classes], 2);
    (save as unknown as (tensors: unknown[]) => void)([slope]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved[0] as Tensor);
    return { value: value as Tensor, gradFunc };
  });
  return operation(scores) as Tensor1D;
}
