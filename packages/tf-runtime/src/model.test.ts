import { beforeAll, describe, expect, test } from 'vitest';
import { ArtifactError, type Draft } from '@switchyard/artifact';
import type { Tensor, TensorSpec } from '@switchyard/protocol';
import type { Model } from '@switchyard/server';
import { openTensorFlow, saveLayersModel, tensorsAlive, type Library, type ModelFiles } from '@switchyard/tensorflow';
import { loadTensorFlowModel } from './model.ts';
import { digits, trainSoftmax, type Softmax } from './test/softmax.ts';

let tf: Library;
let softmax: Softmax;

beforeAll(async () => {
  ({ tf } = await openTensorFlow());
  softmax = await trainSoftmax();
});

const input = (rows: number): Tensor => ({ name: 'x', datatype: 'FP32', shape: [rows, 784], data: digits(softmax.split, rows) });

async function answer(model: Model, tensor: Tensor): Promise<Tensor> {
  const [output] = await model.predict([tensor]);
  return output as Tensor;
}

test('answers with the probabilities of each class, and with the same for a row alone as in a batch', async () => {
  const model = await loadTensorFlowModel(await softmax.publish());
  const { name, datatype, shape, data, columns } = await answer(model, input(1000));
  expect({ name, datatype, shape, columns }).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: [1000, 10] });
  expect(columns?.[3]).toBe('class:3');
  const rows = Array.from({ length: 1000 }, (_, row) => Array.from((data as Float32Array).subarray(row * 10, row * 10 + 10)));
  for (const row of rows) expect(row.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
  const hits = rows.filter((row, index) => row.indexOf(Math.max(...row)) === softmax.split.test.labels[index]);
  expect(hits.length).toBeGreaterThan(800);
  const alone = (await answer(model, input(1))).data as Float32Array;
  alone.forEach((value, column) => expect(value).toBeCloseTo(rows[0]![column]!, 6));
  model.dispose();
});

test('says what computes, and why', async () => {
  const model = await loadTensorFlowModel(await softmax.publish());
  const { backend, reason } = await openTensorFlow();
  expect(model.facts).toEqual({ backend, 'backend-reason': reason, kernel: 'of its own, as a row takes 7840 multiplications' });
  model.dispose();
});

test('holds no more tensors after ten thousand predictions, and none once it is disposed of', async () => {
  const artifact = await softmax.publish();
  const alive = () => [tensorsAlive(), tf.memory().numDataBuffers, tf.backend().numDataIds()];
  const before = alive();
  const model = await loadTensorFlowModel(artifact);
  const loaded = alive();
  const row = input(1);
  for (let count = 0; count < 10_000; count++) model.predict([row]);
  model.predict([input(64)]);
  expect(alive()).toEqual(loaded);
  model.dispose();
  expect(alive()).toEqual(before);
});

test('takes and gives several tensors where the layers do', async () => {
  const left = tf.input({ name: 'left', shape: [2] });
  const right = tf.input({ name: 'right', shape: [2], dtype: 'int32' });
  const sum = tf.layers.add({ name: 'sum' }).apply([left, right]) as typeof left;
  const product = tf.layers.multiply({ name: 'product' }).apply([left, right]) as typeof left;
  const layers = tf.model({ name: 'arithmetic', inputs: [left, right], outputs: [sum, product] });
  const spec = (name: string, datatype: TensorSpec['datatype'] = 'FP32'): TensorSpec => ({ name, datatype, shape: [-1, 2] });
  const signature = { inputs: [spec('a'), spec('b', 'INT32')], outputs: [spec('a+b'), spec('ab')] };
  const model = await loadTensorFlowModel(await softmax.publish({ draft: { signature }, files: await saveLayersModel(layers) }));
  const outputs = await model.predict([
    { name: 'a', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.5, 2) },
    { name: 'b', datatype: 'INT32', shape: [1, 2], data: Int32Array.of(3, 4) },
  ]);
  expect(outputs).toEqual([
    { name: 'a+b', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(3.5, 6) },
    { name: 'ab', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1.5, 8) },
  ]);
  model.dispose();
  layers.dispose();
});

describe('refuses, in words and without a tensor left behind,', () => {
  const foreign = (inputs: Partial<TensorSpec>[], outputs: Partial<TensorSpec>[] = [{}]): Partial<Draft> => ({
    signature: {
      inputs: inputs.map((changes) => ({ name: 'x', datatype: 'FP32', shape: [-1, 784], ...changes })),
      outputs: outputs.map((changes) => ({ name: 'probabilities', datatype: 'FP32', shape: [-1, 10], ...changes })),
    },
  });
  const weights = 'tfjs/weights.bin';
  const changed = (change: (bytes: Uint8Array) => Uint8Array): ModelFiles => ({
    ...softmax.files,
    [weights]: change(softmax.files[weights]!),
  });

  test.each<[string, string, () => { draft?: Partial<Draft>; files?: ModelFiles }, string]>([
    [
      'cut weights',
      'CORRUPT',
      () => ({ files: changed((bytes) => bytes.subarray(4)) }),
      'tfjs/weights.bin: 31396 bytes, but its weights are 31400',
    ],
    [
      'weights that are no numbers',
      'CORRUPT',
      () => ({ files: changed((bytes) => bytes.slice().fill(255)) }),
      'weight "logits/kernel": value 0 is NaN',
    ],
    ['files of something else', 'CORRUPT', () => ({ files: { 'forest.bin': new Uint8Array(9) } }), 'tfjs/model.json is missing'],
    [
      'another width',
      'FOREIGN',
      () => ({ draft: foreign([{ shape: [-1, 783] }]) }),
      'states input "x" as FP32 [-1, 783], but its layers have FP32 [-1, 784]',
    ],
    [
      'other classes',
      'FOREIGN',
      () => ({ draft: foreign([{}], [{ shape: [-1, 9] }]) }),
      'states output "probabilities" as FP32 [-1, 9], but its layers have FP32 [-1, 10]',
    ],
    ['another datatype', 'FOREIGN', () => ({ draft: foreign([{ datatype: 'UINT8' }]) }), 'states input "x" as UINT8 [-1, 784], but'],
    ['another rank', 'FOREIGN', () => ({ draft: foreign([{ shape: [-1, 28, 28] }]) }), 'states input "x" as FP32 [-1, 28, 28], but'],
    ['more inputs', 'FOREIGN', () => ({ draft: foreign([{}, { name: 'y' }]) }), 'states 2 inputs, but its layers have 1'],
    ['more outputs', 'FOREIGN', () => ({ draft: foreign([{}], [{}, { name: 'y' }]) }), 'states 2 outputs, but its layers have 1'],
  ])('%s', async (_, code, changes, message) => {
    const artifact = await softmax.publish(changes());
    const before = tf.memory().numTensors;
    const error: unknown = await loadTensorFlowModel(artifact).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ArtifactError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(`model "digits" version ${artifact.manifest.version}: `) });
    expect((error as Error).message).toContain(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
