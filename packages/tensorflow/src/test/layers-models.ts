import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Library } from '../library.ts';

type Layer = LayersModel['layers'][number];

const drawn = (tf: Library, seed: number) => tf.initializers.randomNormal({ stddev: 0.3, seed });

/** Models of many kinds of layers, by name: what they weigh is drawn of seeds. */
export const models: Readonly<Record<string, (tf: Library) => LayersModel>> = {
  softmax: (tf) => sequential(tf, [tf.layers.dense({ units: 7, inputShape: [11], kernelInitializer: drawn(tf, 1) }), tf.layers.softmax()]),
  mlp: (tf) =>
    sequential(tf, [
      tf.layers.dense({ units: 32, inputShape: [20], activation: 'relu', kernelInitializer: drawn(tf, 1), biasInitializer: drawn(tf, 2) }),
      tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: drawn(tf, 3) }),
    ]),
  cnn: (tf) =>
    sequential(tf, [
      tf.layers.reshape({ targetShape: [12, 12, 1], inputShape: [144] }),
      tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', kernelInitializer: drawn(tf, 1), biasInitializer: drawn(tf, 2) }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: drawn(tf, 3) }),
    ]),
  'batch norm and dropout': (tf) =>
    sequential(tf, [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 6, kernelSize: 3, padding: 'same', kernelInitializer: drawn(tf, 1) }),
      tf.layers.batchNormalization({ movingMeanInitializer: drawn(tf, 2), betaInitializer: drawn(tf, 3) }),
      tf.layers.leakyReLU(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.separableConv2d({ filters: 4, kernelSize: 3, depthwiseInitializer: drawn(tf, 4), pointwiseInitializer: drawn(tf, 5) }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 3, kernelInitializer: drawn(tf, 6) }),
    ]),
  'two inputs': (tf) => {
    const [a, b] = [tf.input({ shape: [5] }), tf.input({ shape: [3] })];
    const joined = tf.layers.concatenate().apply([a, b]);
    const output = tf.layers.dense({ units: 2, activation: 'tanh', kernelInitializer: drawn(tf, 1) }).apply(joined);
    return tf.model({ inputs: [a, b], outputs: output as typeof a });
  },
  recurrent: (tf) =>
    sequential(tf, [
      tf.layers.gru({ units: 5, inputShape: [6, 4], kernelInitializer: drawn(tf, 1), recurrentInitializer: drawn(tf, 2) }),
      tf.layers.dense({ units: 2, kernelInitializer: drawn(tf, 3) }),
    ]),
};

const sequential = (tf: Library, layers: Layer[]): LayersModel => tf.sequential({ layers });
