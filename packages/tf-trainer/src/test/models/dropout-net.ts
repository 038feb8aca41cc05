import type { ModelFunction } from '../../model-function.ts';

/** Takes its rows as images, normalises batches, drops out, and ends in a softmax of its own: all that a model may do. */
const build: ModelFunction = ({ input, output }, { tf }) =>
  tf.sequential({
    name: 'dropout-net',
    layers: [
      tf.layers.flatten({ inputShape: [...input.shape] }),
      tf.layers.dense({ units: 16, activation: 'relu', kernelRegularizer: tf.regularizers.l2({ l2: 1e-4 }) }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.2 }),
      tf.layers.dense({ units: output.units, activation: 'softmax' }),
    ],
  });
export default build;
