import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@switchyard/artifact';
import { readSettings } from '@switchyard/config';
import { decodeForest, forestPredictor, toMlRandomForest, toOnnx, trainForest, type Forest } from '@switchyard/forest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importForest } from './import-forest.ts';
import { importSettings } from './import-settings.ts';
import { runTrainer } from './test/trainer.ts';

let folder: string;
let forest: Forest;
const features = Float32Array.from({ length: 600 }, (_, at) => ((at * 7919) % 1000) / 1000);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rf-import-'));
  const labels = Uint8Array.from({ length: 200 }, (_, row) => Math.floor(features[3 * row]! * 3));
  ({ forest } = await trainForest({ features, labels, rows: 200, columns: 3, classes: 3 }, { nEstimators: 7 }, { threads: 1 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bring(content: string | Uint8Array, ...flags: string[]) {
  const file = join(folder, 'model');
  await writeFile(file, content);
  const argv = ['--file', file, '--name', 'brought', '--store', join(folder, 'store'), ...flags];
  await importForest(readSettings(importSettings, { argv, env: {} }), 'rf-trainer@test');
  const { manifest, read } = await openStore(join(folder, 'store')).open({ name: 'brought' });
  return { manifest, forest: decodeForest(await read('forest.bin')) };
}

test('an ONNX model is served with its own class names, and answers as it did', async () => {
  const { manifest, forest: brought } = await bring(toOnnx(forest, { classNames: ['low', 'mid', 'high'] }));
  expect(manifest).toMatchObject({
    format: 'switchyard-forest',
    classNames: ['low', 'mid', 'high'],
    signature: { inputs: [{ datatype: 'FP32', shape: [-1, 3] }], outputs: [{ name: 'probabilities', columns: ['low', 'mid', 'high'] }] },
    hyperparameters: { origin: 'onnx', nEstimators: 7 },
    dataset: { name: 'model', rows: 0 },
    metrics: {},
  });
  expect(forestPredictor(brought).predict(features, 200)).toEqual(forestPredictor(forest).predict(features, 200));
});

test('the JSON of ml-random-forest is served with the names, range and scaling that are given', async () => {
  const json = JSON.stringify(toMlRandomForest(forest));
  const { manifest, forest: brought } = await bring(json, '--class-names', 'a,b,c', '--columns', '3', '--range', '0..10', '--scale', '0.1');
  expect(manifest).toMatchObject({
    classNames: ['a', 'b', 'c'],
    scaling: { scale: 0.1, offset: 0 },
    signature: { inputs: [{ datatype: 'FP64', range: { min: 0, max: 10 } }] },
    hyperparameters: { origin: 'ml-random-forest' },
  });
  expect(forestPredictor(brought).vote(features, 200)).toEqual(forestPredictor(forest).vote(features, 200));
});

test('missing values are refused unless the model is said to know them', async () => {
  const refusing = await bring(toOnnx(forest));
  expect(refusing.manifest.signature.inputs[0]).not.toHaveProperty('missing');
  const { manifest } = await bring(toOnnx(forest), '--missing', 'accept');
  expect(manifest.signature.inputs[0]).toMatchObject({ datatype: 'FP32', missing: true });
});

test.each([
  ['nothing that is known', [], /model: /],
  ['{"baseModel": 1}', [], /model: baseModel/],
  ['{"half', [], /model: neither ONNX nor JSON: /],
])('refuses %j and names the file', async (content, flags, message) => {
  await expect(bring(content, ...flags)).rejects.toThrow(message);
});

test('refuses names that do not fit', async () => {
  const model = toOnnx(forest);
  await expect(bring(model, '--class-names', 'a,b')).rejects.toThrow('2 class names, but the model has 3 classes');
  await expect(bring(model, '--column-names', 'a')).rejects.toThrow('1 column names, but the model has 3 columns');
  await expect(bring(model, '--columns', '4')).rejects.toThrow('the model has 3 columns, not 4');
});

test('is a command of the trainer', async () => {
  const file = join(folder, 'boxed.onnx');
  await writeFile(file, toOnnx(forest));
  const { code, stdout, stderr, trained } = await runTrainer(['import', file, '--name', 'boxed', '--store', join(folder, 'store')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^boxed:1 {2}not tested, /);
  expect(trained).toMatchObject({ name: 'boxed', version: '1', headline: 'not tested' });
  const missing = await runTrainer(['import', join(folder, 'nowhere.onnx'), '--name', 'none']);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^cannot read the model: ENOENT.*nowhere\.onnx'\n$/) });
});
