import type { Library, Optimizer } from '@switchyard/tensorflow';

export type OptimizerName = 'sgd' | 'adam' | 'rmsprop' | 'adagrad';

/** How a gradient becomes a step; what is not said here is as TensorFlow.js has it. */
export const optimizers: Readonly<Record<OptimizerName, (tf: Library, learningRate: number) => Optimizer>> = {
  sgd: (tf, learningRate) => tf.train.sgd(learningRate),
  adam: (tf, learningRate) => tf.train.adam(learningRate),
  rmsprop: (tf, learningRate) => tf.train.rmsprop(learningRate),
  adagrad: (tf, learningRate) => tf.train.adagrad(learningRate),
};
