import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDigest, openStore } from '@switchyard/artifact';
import { createDataset } from '@switchyard/dataset';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inputContract, outputSpec } from './contract.ts';
import { evaluate } from './evaluation.ts';
import { publishModel } from './publish.ts';

let store: string;
beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'switchyard-publish-'));
});
afterEach(() => rm(store, { recursive: true, force: true }));

const dataset = createDataset({
  name: 'tiny',
  rows: 2,
  shape: [2],
  features: Uint8Array.of(0, 255, 255, 0),
  labels: Uint8Array.of(0, 1),
  classNames: ['left', 'right'],
  domain: { min: 0, max: 255 },
});
const { spec, scaling } = inputContract(dataset);

const publish = () =>
  publishModel({
    store,
    name: 'tiny-model',
    format: 'switchyard-forest',
    signature: { inputs: [spec], outputs: [outputSpec(dataset.classNames)] },
    ...(scaling && { scaling }),
    files: { 'forest.bin': Uint8Array.of(1, 2, 3), 'more/notes.txt': new TextEncoder().encode('deep') },
    hyperparameters: { nEstimators: 3 },
    seed: 7,
    dataset,
    evaluation: evaluate([0, 1, 1], [0, 1, 0], dataset.classNames),
    metrics: { loss: 0.5 },
    producer: 'rf-trainer@0.1.0',
  });

test('publishes what a runtime needs, so that the store can open it again', async () => {
  await publish();
  const artifact = await openStore(store).open({ name: 'tiny-model' });
  expect(artifact.manifest).toMatchObject({
    name: 'tiny-model',
    version: '1',
    format: 'switchyard-forest',
    signature: { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2], range: { min: 0, max: 1 } }] },
    scaling: { scale: 255, offset: 0 },
    classNames: ['left', 'right'],
    metrics: { accuracy: 2 / 3, 'test-rows': 3, loss: 0.5 },
    hyperparameters: { nEstimators: 3 },
    seed: 7,
    dataset: { name: 'tiny', digest: dataset.digest, rows: 2 },
    producer: 'rf-trainer@0.1.0',
  });
  expect([...(await artifact.read('forest.bin'))]).toEqual([1, 2, 3]);
  expect(new TextDecoder().decode(await artifact.read('more/notes.txt'))).toBe('deep');
  const files = Object.keys(artifact.manifest.files).filter((path) => path.startsWith('report/'));
  expect(files.toSorted()).toEqual(['report/classification.txt', 'report/confusion.svg', 'report/confusion.txt']);
  expect(new TextDecoder().decode(await artifact.read('report/classification.txt'))).toContain('weighted avg');
});

test('the same model published twice has the same content', async () => {
  const [first, second] = [await publish(), await publish()];
  expect(second.manifest.version).toBe('2');
  expect(contentDigest(second.manifest)).toBe(contentDigest(first.manifest));
});
