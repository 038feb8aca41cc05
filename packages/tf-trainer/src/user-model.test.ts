import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { UserError } from '@switchyard/config';
import { loadLayersModel, openTensorFlow, saveLayersModel, TensorFlowError, type Library, type Tensor } from '@switchyard/tensorflow';
import type { ModelSignature } from './model-function.ts';
import { scratch } from './test/scratch.ts';
import { trainable } from './trainable.ts';
import { loadUserModel } from './user-model.ts';

let tf: Library;
beforeAll(async () => void ({ tf } = await openTensorFlow()));

const { folder } = await scratch();
const signature: ModelSignature = { input: { shape: [2, 3], width: 6 }, output: { units: 3, classNames: ['a', 'b', 'c'] } };
const tools = () => ({ tf, seed: 0 });
let files = 0;

async function load(source: string, target?: { mean: number; deviation: number }) {
  const file = join(folder, `model-${files++}.ts`);
  await writeFile(file, source);
  const wanted: ModelSignature = target ? { ...signature, output: { units: 1 } } : signature;
  return trainable(tf, (await loadUserModel(file, tf))(wanted, tools()), wanted, file, target);
}

const layers = (code: string): string =>
  `type Ignored = number;\nexport default ({ input, output }: any, { tf }: any) => tf.sequential({ layers: [${code}] });\n`;
const dense = (more = ''): string => `tf.layers.dense({ inputShape: [input.width], units: output.units${more} })`;

test.each([
  ['scores', layers(dense()), 'logits'],
  ['a layer of softmax, which is left off', layers(`${dense()}, tf.layers.softmax()`), 'logits'],
  ['softmax as an activation of its own, likewise', layers(`${dense()}, tf.layers.activation({ activation: 'softmax' })`), 'logits'],
  ['a layer with softmax in it', layers(dense(", activation: 'softmax'")), 'probabilities'],
  [
    'rows as they are in the data',
    layers(`tf.layers.flatten({ inputShape: input.shape }), tf.layers.dense({ units: output.units })`),
    'logits',
  ],
  [
    'a model in a model',
    layers(
      `tf.layers.dense({ inputShape: [input.width], units: 4 }), tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: output.units }), tf.layers.softmax()] })`,
    ),
    'probabilities',
  ],
])('a model may answer or take %s', async (_, source, kind) => {
  const { model, scores, kind: found } = await load(source);
  expect(found).toBe(kind);
  expect(model.inputs[0]!.shape).toEqual([null, 6]);
  const rows = [0.1, -1, 2, 0.5, 3, -2];
  const [given, raw] = tf.tidy(() => [model, scores].map((each) => [...(each.apply(tf.tensor2d(rows, [1, 6])) as Tensor).dataSync()])) as [
    number[],
    number[],
  ];
  const exps = raw.map(Math.exp);
  const sum = exps.reduce((a, b) => a + b);
  given.forEach((value, at) => expect(value).toBeCloseTo(kind === 'logits' ? exps[at]! / sum : raw[at]!, 5));
  expect(given.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  const loaded = await loadLayersModel(await saveLayersModel(model));
  expect(tf.tidy(() => [...(loaded.apply(tf.tensor2d(rows, [1, 6])) as Tensor).dataSync()])).toEqual(given);
  loaded.dispose();
  model.dispose();
});

test('a regression is published in the unit of the data', async () => {
  const { model, scores, kind } = await load(layers(dense()), { mean: 1000, deviation: 50 });
  expect(kind).toBe('value');
  const [given, raw] = tf.tidy(() => [model, scores].map((each) => (each.apply(tf.ones([1, 6])) as Tensor).dataSync()[0])) as [
    number,
    number,
  ];
  expect(given).toBeCloseTo(raw * 50 + 1000, 2);
  expect(scores.trainableWeights).toHaveLength(2);
  model.dispose();
});

test.each([
  ['export default (', /does not load: /],
  ["import 'no-such-package-at-all';\nexport default () => 1;", /does not load: .*no-such-package-at-all/],
  ['export const build = 1;', /its default export is missing; a function that gives a model is wanted/],
  ['export default 7;', /its default export is a number/],
  ["export default () => {\n  throw new Error('oh no');\n};", /its function fails: oh no \(line 2\)/],
  ['export default () => undefined;', /its function gives nothing; a LayersModel is wanted/],
  ['export default async () => 1;', /its function gives a promise; it must give the model itself/],
  ['export default () => ({ predict() {} });', /of another copy of TensorFlow\.js; build it with the "tf"/],
  [layers(''), /its model has no layer, or its first layer no inputShape/],
  [layers('tf.layers.dense({ inputShape: [5], units: 3 })'), /takes rows of 5; those of the data are 2 × 3, 6 numbers/],
  [layers('tf.layers.dense({ inputShape: [6], units: 2 })'), /answers a row with 2 numbers; it must be 3, one a class/],
  [layers(dense(", activation: 'sigmoid'")), /the last layer, "dense_\w+", has the activation "sigmoid"; classes want "softmax"/],
  [
    layers('tf.layers.softmax({ inputShape: [6] }), tf.layers.reshape({ targetShape: [2, 3] }), tf.layers.globalAveragePooling1d()'),
    /has no weights to train/,
  ],
  [
    "export default ({ input, output }: any, { tf }: any) => { class Mine extends tf.layers.Layer { static className = 'Mine'; call(x: any) { return Array.isArray(x) ? x[0] : x; } }\n return tf.sequential({ layers: [tf.layers.dense({ inputShape: [input.width], units: output.units }), new Mine({})] }); };",
    /is a Mine, which is no layer of TensorFlow\.js: no runtime could load it/,
  ],
])('%j is refused, with the file and what is wrong', async (source, message) => {
  const error: unknown = await load(source).catch((error: unknown) => error);
  expect(error instanceof UserError || error instanceof TensorFlowError).toBe(true);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toMatch(/^\/.*model-\d+\.ts: /);
});

test('a file that is not there is named as it was given', async () => {
  await expect(loadUserModel('./nowhere.ts', tf)).rejects.toThrow('--model ./nowhere.ts: there is no such file');
});
