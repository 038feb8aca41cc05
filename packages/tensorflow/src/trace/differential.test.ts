import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Optimizer, Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Library } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { whyNotNative } from '../test/native.ts';
import { traceFunction } from './trace-function.ts';

// Traced against eager: the same weights, the same rows, the same answers, step after step.
let tf: Library;

type Model = { readonly input: readonly number[]; readonly integers?: number; build(): LayersModel };
type Loss = (truth: Tensor, answer: Tensor) => Scalar;

const stack =
  (...layers: (() => Parameters<ReturnType<Library['sequential']>['add']>[0])[]) =>
  (): LayersModel =>
    tf.sequential({ layers: layers.map((layer) => layer()) });

const activations = [
  'relu',
  'relu6',
  'sigmoid',
  'hardSigmoid',
  'tanh',
  'elu',
  'selu',
  'softplus',
  'softsign',
  'softmax',
  'swish',
  'mish',
  'gelu',
  'linear',
] as const;
const image = [6, 6, 2];
const series = [5, 3];
const at = (input: readonly number[]) => ({ inputShape: [...input] });

const models: Readonly<Record<string, Model>> = {
  ...Object.fromEntries(
    activations.map((activation) => [
      `dense, ${activation}`,
      { input: [4], build: stack(() => tf.layers.dense({ units: 5, activation: activation as 'relu', ...at([4]) })) },
    ]),
  ),
  'dense with penalties': {
    input: [4],
    build: stack(() => tf.layers.dense({ units: 3, kernelRegularizer: 'l1l2', kernelConstraint: 'maxNorm', ...at([4]) })),
  },
  'batch normalization': {
    input: [4],
    build: stack(
      () => tf.layers.dense({ units: 5, useBias: false, ...at([4]) }), // a bias has the gradient 0, and Adam divides by it
      () => tf.layers.batchNormalization(),
    ),
  },
  'batch normalization of images': {
    input: image,
    build: stack(
      () => tf.layers.conv2d({ filters: 3, kernelSize: 3, useBias: false, ...at(image) }),
      () => tf.layers.batchNormalization(),
      () => tf.layers.flatten(),
    ),
  },
  'layer normalization': { input: [4], build: stack(() => tf.layers.layerNormalization(at([4]))) },
  conv1d: {
    input: series,
    build: stack(
      () => tf.layers.conv1d({ filters: 4, kernelSize: 2, padding: 'same', ...at(series) }),
      () => tf.layers.maxPooling1d({ poolSize: 2 }),
      () => tf.layers.globalAveragePooling1d({}),
    ),
  },
  conv2d: {
    input: image,
    build: stack(
      () => tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', ...at(image) }),
      () => tf.layers.flatten(),
    ),
  },
  'global pooling': {
    input: image,
    build: stack(
      () => tf.layers.conv2d({ filters: 4, kernelSize: 2, ...at(image) }),
      () => tf.layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }),
    ),
  },
  'conv2d transposed': {
    input: image,
    build: stack(
      () => tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, ...at(image) }),
      () => tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
    ),
  },
  'depthwise conv2d': {
    input: image,
    build: stack(
      () => tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, ...at(image) }),
      () => tf.layers.flatten(),
    ),
  },
  'separable conv2d': {
    input: image,
    build: stack(
      () => tf.layers.separableConv2d({ filters: 3, kernelSize: 3, ...at(image) }),
      () => tf.layers.flatten(),
    ),
  },
  pooling: {
    input: image,
    build: stack(
      () => tf.layers.conv2d({ filters: 4, kernelSize: 1, ...at(image) }),
      () => tf.layers.maxPooling2d({ poolSize: 2 }),
      () => tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      () => tf.layers.flatten(),
    ),
  },
  'padding, cropping, upsampling': {
    input: image,
    build: stack(
      () => tf.layers.conv2d({ filters: 2, kernelSize: 1, ...at(image) }),
      () => tf.layers.zeroPadding2d(),
      () =>
        tf.layers.cropping2D({
          cropping: [
            [1, 2],
            [0, 1],
          ],
        }),
      () => tf.layers.upSampling2d({ size: [2, 2] }),
      () => tf.layers.flatten(),
    ),
  },
  'reshape, permute, repeat': {
    input: [6],
    build: stack(
      () => tf.layers.dense({ units: 6, ...at([6]) }),
      () => tf.layers.reshape({ targetShape: [2, 3] }),
      () => tf.layers.permute({ dims: [2, 1] }),
      () => tf.layers.flatten(),
      () => tf.layers.repeatVector({ n: 2 }),
    ),
  },
  'leaky, parametric and exponential': {
    input: [4],
    build: stack(
      () => tf.layers.dense({ units: 5, ...at([4]) }),
      () => tf.layers.leakyReLU(),
      () => tf.layers.prelu(),
      () => tf.layers.elu(),
    ),
  },
  embedding: {
    input: [3],
    integers: 7,
    build: stack(
      () => tf.layers.embedding({ inputDim: 7, outputDim: 4, inputLength: 3 }),
      () => tf.layers.flatten(),
      () => tf.layers.dense({ units: 2 }),
    ),
  },
  lstm: { input: series, build: stack(() => tf.layers.lstm({ units: 4, ...at(series) })) },
  gru: { input: series, build: stack(() => tf.layers.gru({ units: 4, returnSequences: true, ...at(series) })) },
  'simple rnn, both ways': {
    input: series,
    build: stack(() => tf.layers.bidirectional({ layer: tf.layers.simpleRNN({ units: 3 }) as never, mergeMode: 'concat', ...at(series) })),
  },
  'time-distributed': {
    input: series,
    build: stack(() => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }), ...at(series) })),
  },
  branches: {
    input: [4],
    build: () => {
      const x = tf.input({ shape: [4] });
      const branch = () => tf.layers.dense({ units: 3, activation: 'tanh' }).apply(x) as never;
      const merged = [tf.layers.add(), tf.layers.multiply(), tf.layers.maximum(), tf.layers.average()].map(
        (layer) => layer.apply([branch(), branch()]) as never,
      );
      return tf.model({ inputs: x, outputs: tf.layers.concatenate().apply(merged) as never });
    },
  },
};

const losses: Readonly<Record<string, Loss>> = {
  'mean squared error': (truth, answer) => tf.losses.meanSquaredError(truth, answer),
  'absolute difference': (truth, answer) => tf.losses.absoluteDifference(truth, answer),
  huber: (truth, answer) => tf.losses.huberLoss(truth, answer),
  hinge: (truth, answer) => tf.losses.hingeLoss(truth, answer),
  log: (truth, answer) => tf.losses.logLoss(truth, tf.sigmoid(answer)),
  cosine: (truth, answer) => tf.losses.cosineDistance(truth, answer, 1),
  'sigmoid cross-entropy': (truth, answer) => tf.losses.sigmoidCrossEntropy(truth, answer),
  'softmax cross-entropy': (truth, answer) => tf.losses.softmaxCrossEntropy(truth, answer),
  'softmax cross-entropy, smoothed': (truth, answer) => tf.losses.softmaxCrossEntropy(truth, answer, undefined, 0.1),
  'categorical cross-entropy of metrics': (truth, answer) => tf.mean(tf.metrics.categoricalCrossentropy(truth, tf.softmax(answer))),
  'binary cross-entropy of metrics': (truth, answer) => tf.mean(tf.metrics.binaryCrossentropy(truth, tf.sigmoid(answer))),
};

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  'gradient descent': () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  "Nesterov's momentum": () => tf.train.momentum(0.1, 0.9, true),
  Adagrad: () => tf.train.adagrad(0.1),
  Adadelta: () => tf.train.adadelta(0.1),
  Adam: () => tf.train.adam(0.01),
  Adamax: () => tf.train.adamax(0.01),
  RMSProp: () => tf.train.rmsprop(0.01),
  'RMSProp, centred': () => tf.train.rmsprop(0.01, 0.9, 0.1, 1e-20, true),
};

/** Three steps of training, traced and eager, from the same weights: losses and weights after each. */
function compare({ input, integers, build }: Model, loss: Loss, optimizer: () => Optimizer, steps = 4): void {
  const [eager, traced] = [build(), build()];
  traced.setWeights(eager.getWeights());
  const rows =
    integers === undefined
      ? tf.randomNormal([5, ...input], 0, 1, 'float32', 7)
      : tf.cast(tf.randomUniform([5, ...input], 0, integers, 'float32', 7), 'int32');
  const answer = eager.apply(rows) as Tensor;
  const truth = tf.abs(tf.randomNormal(answer.shape, 0, 1, 'float32', 8));
  const stepOf = (model: LayersModel) => {
    const own = optimizer();
    return (x: Tensor, y: Tensor) => {
      const value = () => tf.add(loss(y, model.apply(x, { training: true }) as Tensor), sum(model.calculateLosses())) as Scalar;
      return own.minimize(
        value,
        true,
        model.trainableWeights.map((weight) => weight.read() as never),
      ) as Tensor;
    };
  };
  const plain = stepOf(eager);
  const step = traceFunction(stepOf(traced));
  for (let index = 0; index < steps; index++) {
    const [expected, found] = [plain(rows, truth), step(rows, truth)];
    close(found, expected, `loss of step ${index}`);
    for (const [at, weight] of traced.getWeights().entries()) {
      close(weight, eager.getWeights()[at] as Tensor, `weight ${traced.weights[at]?.originalName} after step ${index}`);
    }
  }
  expect(step.status()).toEqual({ traces: 1 });
  step.dispose();
}

const sum = (values: readonly Tensor[]): Tensor => (values.length === 0 ? tf.scalar(0) : tf.addN([...values]));

function close(found: Tensor, expected: Tensor, what: string): void {
  const [a, b] = [found.dataSync(), expected.dataSync()];
  expect(found.shape).toEqual(expected.shape);
  for (let index = 0; index < b.length; index++) {
    const [x, y] = [a[index] as number, b[index] as number];
    if (!(Math.abs(x - y) <= 1e-5 + 1e-3 * Math.abs(y))) throw new Error(`${what}: value ${index} is ${x} traced and ${y} eager`);
  }
}

describe.skipIf(whyNotNative() !== undefined)('traced and eager training agree', () => {
  beforeAll(async () => {
    ({ tf } = await openTensorFlow({ backend: 'native' }));
  });
  const own = Math.random;
  beforeEach(() => {
    let state = 1;
    Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647; // the same weights in each run: Adam divides by small numbers
    tf.engine().startScope();
  });
  afterEach(() => {
    Math.random = own;
    tf.engine().endScope();
    tf.disposeVariables();
  });

  const mse: Loss = (truth, answer) => tf.losses.meanSquaredError(truth, answer);
  test.each(Object.keys(models))('layers: %s', (name) => compare(models[name] as Model, mse, () => tf.train.adam(0.01)));
  test.each(Object.keys(losses))('loss: %s', (name) =>
    compare(models['dense, tanh'] as Model, losses[name] as Loss, () => tf.train.sgd(0.1)),
  );
  test.each(Object.keys(optimizers))('optimizer: %s', (name) =>
    compare(models['dense, tanh'] as Model, mse, optimizers[name] as () => Optimizer, 6),
  );

  test.each(Object.keys(models))('gradients: %s', (name) => {
    const { input, integers, build } = models[name] as Model;
    const model = build();
    const rows = integers === undefined ? tf.randomNormal([3, ...input], 0, 1, 'float32', 9) : tf.ones([3, ...input], 'int32');
    const weights = model.trainableWeights.map((weight) => weight.read() as never);
    const gradients = (x: Tensor) => tf.variableGrads(() => tf.sum(tf.square(model.apply(x) as Tensor)) as Scalar, weights).grads;
    const traced = traceFunction(gradients);
    const expected = gradients(rows);
    for (const found of [traced(rows), traced(rows)]) {
      expect(Object.keys(found)).toEqual(Object.keys(expected));
      for (const [key, value] of Object.entries(found)) close(value, expected[key] as Tensor, key);
    }
    expect(traced.status()).toEqual({ traces: 1 });
    traced.dispose();
  });
});
