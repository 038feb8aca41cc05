import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signature, Tensor } from '@switchyard/protocol';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { openTensorFlow } from '../tensorflow.ts';
import { models } from '../test/layers-models.ts';
import { denseModel } from './dense-model.ts';

const { tf } = await openTensorFlow();
const { layers } = tf;

const signatureOf = ({ inputs, outputs }: LayersModel): Signature => ({
  inputs: inputs.map(({ shape }) => ({ name: 'x', datatype: 'FP32', shape: [-1, ...(shape.slice(1) as number[])] })),
  outputs: outputs.map(({ shape }) => ({ name: 'y', datatype: 'FP32', shape: [-1, ...(shape.slice(1) as number[])] })),
});

const drawn = (seed: number) => tf.initializers.randomNormal({ stddev: 0.5, seed });
const dense = (units: number, activation: 'linear' | 'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'elu', inputs?: number) =>
  layers.dense({
    units,
    activation,
    kernelInitializer: drawn(units),
    biasInitializer: drawn(units + 1),
    ...(inputs !== undefined && { inputShape: [inputs] }),
  });

function inputOf(rows: number, width: number): Tensor {
  const data = Float32Array.from({ length: rows * width }, (_, at) => Math.sin(at * 1.7) * 2);
  return { name: 'x', datatype: 'FP32', shape: [rows, width], data };
}

function expected(model: LayersModel, { shape, data }: Tensor): Float32Array {
  return tf.tidy(() => (model.apply(tf.tensor(data as Float32Array, [...shape])) as ReturnType<typeof tf.tensor>).dataSync<'float32'>());
}

test('answers as the layers do, whatever their sizes and activations, and each row as it does alone', async () => {
  const layer = fc.record({
    units: fc.integer({ min: 1, max: 30 }),
    activation: fc.constantFrom('linear', 'relu', 'sigmoid', 'tanh', 'softmax'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.array(layer, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      async (width, shapes, rows) => {
        const model = tf.sequential({
          layers: shapes.map(({ units, activation }, index) => dense(units, activation, index === 0 ? width : undefined)),
        });
        const { predict } = denseModel(model, signatureOf(model))!;
        const input = inputOf(rows, width);
        const [answer] = await predict([input]);
        const { units } = shapes.at(-1)!;
        expect(answer).toMatchObject({ name: 'y', datatype: 'FP32', shape: [rows, units] });
        expect([...answer!.data]).toEqual([...expected(model, input)].map((value) => expect.closeTo(value, 4)));
        for (let row = 0; row < rows; row++) {
          const data = (input.data as Float32Array).subarray(row * width, (row + 1) * width);
          const [alone] = await predict([{ ...input, shape: [1, width], data }]);
          expect(alone!.data).toEqual((answer!.data as Float32Array).slice(row * units, (row + 1) * units));
        }
        model.dispose();
      },
    ),
    { numRuns: 50 },
  );
});

test('activations and dropout may be layers of their own, and a layer may have no bias', async () => {
  const model = tf.sequential({
    layers: [
      layers.dense({ units: 9, inputShape: [784], useBias: false, kernelInitializer: drawn(1) }),
      layers.activation({ activation: 'relu' }),
      layers.dropout({ rate: 0.5 }),
      dense(10, 'linear'),
      layers.softmax(),
    ],
  });
  const { predict, work } = denseModel(model, signatureOf(model))!;
  expect(work).toBe(784 * 9 + 9 * 10);
  for (const rows of [1, 64, 301]) {
    const [answer] = await predict([inputOf(rows, 784)]);
    expect([...answer!.data]).toEqual([...expected(model, inputOf(rows, 784))].map((value) => expect.closeTo(value, 4)));
  }
  model.dispose();
});

test('the event loop has its turns while very many rows are answered', async () => {
  const model = tf.sequential({ layers: [dense(64, 'relu', 1000)] });
  const { predict } = denseModel(model, signatureOf(model))!;
  let turns = 0;
  let running = true;
  const count = (): void => void (running && (turns++, setImmediate(count)));
  setImmediate(count);
  const input = inputOf(2000, 1000);
  const [answer] = await predict([input]);
  running = false;
  expect(turns).toBeGreaterThan(1);
  const last = { ...input, shape: [1, 1000], data: (input.data as Float32Array).subarray(1_999_000) };
  expect((await predict([last]))[0]!.data).toEqual((answer!.data as Float32Array).slice(-64));
  model.dispose();
});

describe('is not for', () => {
  const twoWays = (): LayersModel => {
    const x = tf.input({ shape: [4] });
    const hidden = dense(4, 'relu').apply(x) as typeof x;
    return tf.model({ inputs: x, outputs: layers.add().apply([x, hidden]) as typeof x });
  };
  const twice = (): LayersModel => {
    const x = tf.input({ shape: [4] });
    const same = dense(4, 'relu');
    return tf.model({ inputs: x, outputs: same.apply(same.apply(x)) as typeof x });
  };
  const early = (): LayersModel => {
    const x = tf.input({ shape: [4] });
    const hidden = dense(4, 'relu').apply(x) as typeof x;
    return tf.model({ inputs: x, outputs: [hidden, dense(2, 'linear').apply(hidden) as typeof x] });
  };
  test.each<[string, () => LayersModel]>([
    ['other layers', () => models['cnn']!(tf)],
    ['several inputs', () => models['two inputs']!(tf)],
    ['rows that are sequences', () => models['recurrent']!(tf)],
    ['an activation that it does not know', () => tf.sequential({ layers: [dense(3, 'elu', 4)] })],
    ['layers that are large', () => tf.sequential({ layers: [dense(64, 'relu', 1025)] })],
    ['several ways from the input to the output', twoWays],
    ['a layer that is run twice', twice],
    ['several outputs', early],
    ['no dense layer at all', () => tf.sequential({ layers: [layers.activation({ activation: 'relu', inputShape: [4] })] })],
    ['whole numbers', () => tf.sequential({ layers: [layers.dense({ units: 3, inputShape: [4], inputDType: 'int32' } as never)] })],
  ])('%s', (_, make) => {
    const model = make();
    expect(denseModel(model, signatureOf(model))).toBeUndefined();
    model.dispose();
  });
});
