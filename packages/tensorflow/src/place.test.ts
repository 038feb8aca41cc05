import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Signature, Tensor } from '@switchyard/protocol';
import { library as tf } from './library.ts';
import { placed } from './place.ts';
import { compileLayers } from './saved-model/compile-layers.ts';
import { fitsThread } from './saved-model/session-thread.ts';
import { openTensorFlow } from './tensorflow.ts';
import { whyNotNative } from './test/native.ts';

const signature: Signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4096] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 3], columns: ['a', 'b', 'c'] }],
};

function compiled() {
  const convolution = tf.layers.conv2d({
    filters: 8,
    kernelSize: 3,
    activation: 'relu',
    kernelInitializer: tf.initializers.heNormal({ seed: 1 }),
  });
  const model = tf.sequential({
    layers: [
      tf.layers.reshape({ targetShape: [64, 64, 1], inputShape: [4096] }),
      convolution,
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  try {
    return compileLayers(model, signature);
  } finally {
    model.dispose();
  }
}

const rowsOf = (rows: number): Tensor => ({
  name: 'x',
  datatype: 'FP32',
  shape: [rows, 4096],
  data: Float32Array.from({ length: rows * 4096 }, (_, at) => ((at * 7919) % 1000) / 1000),
});

beforeAll(() => openTensorFlow());

describe.skipIf(whyNotNative())('on the native backend', () => {
  test('a model that takes long goes to a thread, and answers there as here', async () => {
    const workers: Worker[] = [];
    const note = (worker: Worker): void => void workers.push(worker);
    process.on('worker', note);
    onTestFinished(() => void process.off('worker', note));
    const own = compiled();
    const inputs = [1, 3].map(rowsOf);
    const expected = inputs.map((input) => own.predict([input])[0]!);
    const { model, thread } = await placed(own, 0);
    expect(thread).toMatch(/^of its own, as a row takes \d+ ms of CPU$/);
    const answers = await Promise.all(inputs.map(async (input) => (await model.predict([input]))[0]!));
    for (const [at, { name, shape, columns, data }] of answers.entries()) {
      expect({ name, shape, columns }).toEqual({ name: 'y', shape: [inputs[at]!.shape[0], 3], columns: ['a', 'b', 'c'] });
      expect([...(data as Float32Array)]).toEqual([...(expected[at]!.data as Float32Array)].map((value) => expect.closeTo(value, 5)));
      expect(inputs[at]!.data.length).toBe(inputs[at]!.shape[0]! * 4096); // still whose it was
    }
    await expect(Promise.resolve(model.predict([{ ...rowsOf(1), shape: [1, 4095], data: new Float32Array(4095) }]))).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    model.dispose();
    if (workers[0]!.threadId !== -1) await once(workers[0]!, 'exit');
    expect(workers.length).toBe(1);
  });

  test('a model that is quick stays, and answers at once', async () => {
    const { model, thread } = await placed(compiled(), Infinity);
    expect(thread).toBeUndefined();
    expect(model.predict([rowsOf(2)])).toMatchObject([{ name: 'y', shape: [2, 3] }]);
    model.dispose();
  });
});

test.each([
  ['FP32', 'INT64', true],
  ['UINT8', 'FP32', true],
  ['FP64', 'FP32', false],
  ['FP32', 'UINT8', false],
] as const)('whether %s in and %s out may go to a thread: %j', (input, output, fits) => {
  const port = (datatype: typeof input | typeof output) => ({ spec: { name: 'x', datatype, shape: [-1] }, tensor: 'x:0' });
  expect(fitsThread({ inputs: [port(input)], outputs: [port(output)] })).toBe(fits);
});
