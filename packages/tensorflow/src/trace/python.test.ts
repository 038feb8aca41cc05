import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Optimizer, Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { adam } from '../adam.ts';
import { sparseCrossEntropy } from '../cross-entropy.ts';
import type { Library } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { whyNotNative } from '../test/native.ts';
import { traceFunction } from './trace-function.ts';

// Traced against Python's TensorFlow: fixtures/training.py made the numbers.
type Values = { readonly shape: number[]; readonly values: number[] };
type Case = {
  readonly model: string;
  readonly loss: string;
  readonly optimizer: string;
  readonly rows: Values;
  readonly truth: Values;
  readonly weights: readonly (readonly Values[])[];
  readonly losses: readonly number[];
  readonly gradients: readonly Values[];
  readonly trained: readonly Values[];
};
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/training.json', import.meta.url), 'utf8')) as { cases: readonly Case[] };

type Layer = layers.Layer;
let tf: Library;

function build({ model, rows }: Case): { model: ReturnType<Library['sequential']>; weighted: Layer[] } {
  const at = { inputShape: rows.shape.slice(1) };
  const l = tf.layers;
  const [, activation] = /^dense (.*)/.exec(model) ?? [];
  const own: Readonly<Record<string, () => Layer[]>> = {
    hidden: () => [l.dense({ units: 6, activation: 'relu', ...at }), l.dense({ units: 3 })],
    convolutions: () => [
      l.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', ...at }),
      l.maxPooling2d({ poolSize: 2 }),
      l.flatten(),
      l.dense({ units: 3 }),
    ],
    strides: () => [
      l.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', ...at }),
      l.averagePooling2d({ poolSize: 2 }),
      l.flatten(),
    ],
    depthwise: () => [
      l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, ...at }),
      l.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
    ],
    separable: () => [l.separableConv2d({ filters: 3, kernelSize: 3, ...at }), l.globalMaxPooling2d({ dataFormat: 'channelsLast' })],
    transposed: () => [
      l.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, ...at }),
      l.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
    ],
    'batch normalization': () => [l.dense({ units: 5, useBias: false, ...at }), l.batchNormalization(), l.dense({ units: 2 })],
    'layer normalization': () => [l.layerNormalization(at), l.dense({ units: 2 })],
    lstm: () => [l.lstm({ units: 3, recurrentActivation: 'sigmoid', ...at })],
    gru: () => [l.gru({ units: 3, recurrentActivation: 'sigmoid', ...at })],
    'simple rnn': () => [l.simpleRNN({ units: 3, ...at })],
  };
  const built = own[model]?.() ?? [l.dense({ units: 5, activation: activation as 'relu', ...at })];
  return { model: tf.sequential({ layers: built }), weighted: built };
}

const losses: Readonly<Record<string, (truth: Tensor, answer: Tensor) => Tensor>> = {
  squared: (y, x) => tf.losses.meanSquaredError(y, x),
  absolute: (y, x) => tf.losses.absoluteDifference(y, x),
  huber: (y, x) => tf.losses.huberLoss(y, x),
  softmax: (y, x) => tf.losses.softmaxCrossEntropy(tf.div(y, tf.sum(y, 1, true)), x),
  sigmoid: (y, x) => tf.losses.sigmoidCrossEntropy(y, x),
  sparse: (y, x) => tf.mean(sparseCrossEntropy(x as Tensor2D, tf.argMax(y, 1) as Tensor1D)),
};

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  adagrad: () => tf.train.adagrad(0.1, 0.1),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0, 1e-7),
};

type Stepper = {
  /** A step, counted from 1. */
  readonly step: (x: Tensor, y: Tensor, count: number) => Tensor;
  readonly traced: { status(): object; dispose(): void };
};

/** Adam is ours: that of TensorFlow.js has its epsilon at another place than Python's. */
function stepOf({ optimizer }: Case, loss: (x: Tensor, y: Tensor) => () => Scalar, variables: Variable[]): Stepper {
  const own = optimizers[optimizer]?.();
  if (own) {
    const step = traceFunction((x: Tensor, y: Tensor) => own.minimize(loss(x, y), true, variables) as Scalar);
    return { step: (x: Tensor, y: Tensor) => step(x, y), traced: step };
  }
  const held = variables.map(({ shape }) => [0, 1].map(() => tf.variable(tf.zeros(shape), false)) as [Variable, Variable]);
  const traced = traceFunction((x: Tensor, y: Tensor, rate: Tensor) => {
    const { value, grads } = tf.variableGrads(loss(x, y), variables);
    for (const [at, variable] of variables.entries()) {
      const state = [variable, ...(held[at] as [Variable, Variable])] as const;
      const next = adam(state, grads[variable.name] as Tensor, rate as Scalar, { mean: 0.9, square: 0.999, epsilon: 1e-7 });
      for (const [part, each] of state.entries()) each.assign(next[part] as Tensor);
    }
    return value;
  });
  const rate = (count: number): Tensor => tf.scalar((0.01 * Math.sqrt(1 - 0.999 ** count)) / (1 - 0.9 ** count));
  return { step: (x: Tensor, y: Tensor, count: number) => traced(x, y, rate(count)), traced };
}

function close(found: Tensor, { shape, values }: Values, what: string): void {
  expect(found.shape).toEqual(shape);
  const data = found.dataSync();
  for (const [at, value] of values.entries()) {
    const difference = Math.abs((data[at] as number) - value);
    if (!(difference <= 2e-5 + 1e-3 * Math.abs(value))) throw new Error(`${what}: value ${at} is ${data[at]}, and ${value} in Python`);
  }
}

describe.skipIf(whyNotNative() !== undefined)("traced training agrees with Python's", () => {
  beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'native' })));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
  });

  test.each(cases.map((each) => [`${each.model}, ${each.loss}, ${each.optimizer}`, each] as const))('%s', (_, each) => {
    const tensor = ({ shape, values }: Values): Tensor => tf.tensor(values, shape);
    const { model, weighted } = build(each);
    for (const [at, layer] of weighted.entries()) layer.setWeights((each.weights[at] as Values[]).map(tensor));
    const variables = weighted.flatMap((layer) => layer.trainableWeights.map((weight) => weight.read() as Variable));
    const loss = (x: Tensor, y: Tensor) => () => losses[each.loss]?.(y, model.apply(x, { training: true }) as Tensor) as Scalar;
    const [rows, truth] = [tensor(each.rows), tensor(each.truth)];

    const slopes = traceFunction((x: Tensor, y: Tensor) => {
      const { grads } = tf.variableGrads(loss(x, y), variables);
      return variables.map(({ name }) => grads[name] as Tensor);
    });
    const held = weighted.map((layer) => layer.getWeights().map((weight) => weight.clone())); // a pass moves averages
    for (const [at, found] of slopes(rows, truth).entries()) close(found, each.gradients[at] as Values, `gradient ${at}`);
    for (const [at, layer] of weighted.entries()) layer.setWeights(held[at] as Tensor[]);

    const { step, traced } = stepOf(each, loss, variables);
    for (const [at, expected] of each.losses.entries()) {
      expect(step(rows, truth, at + 1).dataSync()[0], `loss before step ${at}`).toBeCloseTo(expected, 4);
    }
    for (const [at, variable] of variables.entries()) close(variable, each.trained[at] as Values, `weight ${at}`);
    for (const each of [slopes, traced]) {
      expect(each.status()).toEqual({ traces: 1 });
      each.dispose();
    }
  });
});
