import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Artifact } from '@switchyard/artifact';
import { readSettings } from '@switchyard/config';
import { findOnnxRuntime, heldTo, loadSavedModel, openTensorFlow, saveLayersModel, type ModelFiles } from '@switchyard/tensorflow';
import { describe, expect, test } from 'vitest';
import { importModel } from './import-model.ts';
import { importSettings } from './import-settings.ts';
import { runTrainer } from './test/run-trainer.ts';
import { scratch } from './test/scratch.ts';

const { folder } = await scratch();
const { tf, backend } = await openTensorFlow();
const store = join(folder, 'imported');
const recorded = fileURLToPath(new URL('../../tensorflow/src/fixtures/saved-models/', import.meta.url)); // what Python wrote

async function bring(from: string, ...flags: string[]): Promise<Artifact> {
  await importModel(
    readSettings(importSettings, { argv: ['--from', from, '--name', 'brought', '--store', store, ...flags], env: {} }),
    'test@1',
  );
  return openStore(store).open({ name: 'brought' });
}

async function write(files: ModelFiles, name: string): Promise<string> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), bytes);
  }
  return join(folder, name, 'tfjs/model.json');
}

async function layers(): Promise<string> {
  const model = tf.sequential({
    name: 'net',
    layers: [tf.layers.dense({ name: 'out', units: 3, inputShape: [4], activation: 'softmax' })],
  });
  const files = await saveLayersModel(model);
  model.dispose();
  return write(files, 'layers');
}

describe.runIf(backend === 'native')('a SavedModel', () => {
  const several = join(recorded, 'several');

  test('is published with its own signature, and answers from the artifact', async () => {
    const { manifest, read } = await bring(several, '--class-names', 'a,b,c,d');
    expect(manifest).toMatchObject({
      format: 'tf-saved-model',
      classNames: ['a', 'b', 'c', 'd'],
      signature: {
        inputs: [
          { name: 'kind', datatype: 'INT32', shape: [-1] },
          { name: 'x', datatype: 'FP32', shape: [-1, 3] },
        ],
        outputs: [
          { name: 'best', datatype: 'INT64', shape: [-1] },
          { name: 'scores', datatype: 'FP32', shape: [-1, 4], columns: ['a', 'b', 'c', 'd'] },
        ],
      },
      hyperparameters: { origin: 'tf-saved-model', signature: 'serving_default' },
      dataset: { name: 'several', rows: 0 },
      metrics: {},
    });
    const paths = Object.keys(manifest.files);
    const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
    const model = heldTo(manifest.signature, await loadSavedModel(files));
    const [best] = model.predict([
      { name: 'kind', datatype: 'INT32', shape: [1], data: Int32Array.of(2) },
      { name: 'x', datatype: 'FP32', shape: [1, 3], data: Float32Array.of(1, 2, 3) },
    ]);
    expect(best).toMatchObject({ name: 'best', shape: [1], data: expect.any(BigInt64Array) });
    model.dispose();
  });

  test('is published by another of its signatures, with what the user knows of it', async () => {
    const { manifest } = await bring(several, '--signature', 'embed', '--range', '0..1', '--scale', '255', '--column-names', 'r,g,b');
    expect(manifest.signature.inputs).toEqual([
      { name: 'x', datatype: 'FP32', shape: [-1, 3], range: { min: 0, max: 1 }, columns: ['r', 'g', 'b'] },
    ]);
    expect(manifest.scaling).toEqual({ scale: 255, offset: 0 });
    expect(manifest.hyperparameters['signature']).toBe('embed');
  });

  test.each([
    [['--signature', 'train'], 'has no signature "train"; it has "embed", "serving_default"'],
    [['--class-names', 'a,b'], '2 class names are for one output with so many columns, but the outputs are "best" [-1], "scores" [-1, 4]'],
    [['--range', '0..1'], 'the model has 2 inputs'],
  ])('is refused what it is not: %s', async (flags, message) => {
    await expect(bring(several, ...flags)).rejects.toThrow(message);
  });

  test('is a command of the trainer', async () => {
    const { code, stdout, trained } = await runTrainer(['import', several, '--name', 'told', '--store', store]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^told:1 {2}not tested, /);
    expect(trained).toMatchObject({ name: 'told', version: '1' });
    const unexported = await runTrainer(['import', join(recorded, 'unexported'), '--name', 'told', '--store', store]);
    expect(unexported).toMatchObject({ code: 1, stderr: expect.stringContaining('model.export()') });
  });
});

test('a layers model of TensorFlow.js is published with names of its classes', async () => {
  const { manifest } = await bring(await layers(), '--class-names', '0,1,2');
  expect(manifest).toMatchObject({
    format: 'tfjs-layers',
    signature: {
      inputs: [{ datatype: 'FP32', shape: [-1, 4] }],
      outputs: [{ name: 'out', datatype: 'FP32', shape: [-1, 3], columns: ['class:0', 'class:1', 'class:2'] }],
    },
  });
  expect(Object.keys(manifest.files)).toEqual(['tfjs/model.json', 'tfjs/weights.bin']);
});

test('what is no model, or not whole, is named', async () => {
  const path = await layers();
  await expect(bring(join(folder, 'nowhere'))).rejects.toThrow(/cannot read the model: ENOENT.*nowhere/);
  await expect(bring(dirname(path))).rejects.toThrow(/no saved_model\.pb in it.*model\.json to be named/);
  await expect(bring(join(dirname(path), 'weights.bin'))).rejects.toThrow(
    'neither the folder of a SavedModel, nor a *.onnx, nor a model.json',
  );
  const away = await write({}, 'away');
  await mkdir(dirname(away), { recursive: true });
  await cp(path, away);
  await expect(bring(away)).rejects.toThrow(/cannot read the weights of the model: ENOENT.*weights\.bin/);
  await writeFile(away, (await readFile(path, 'utf8')).replace('weights.bin', '../../secret'));
  await expect(bring(away)).rejects.toThrow('its weights are in "../../secret", and must be in files beside it');
});

/** CI installs onnxruntime-node, and fails without; elsewhere these tests are left out, and `npm test` says so. */
function withoutOnnxRuntime(): boolean {
  try {
    return findOnnxRuntime() === undefined;
  } catch {
    return !process.env['CI'];
  }
}

describe.skipIf(withoutOnnxRuntime())('a model of ONNX', () => {
  const onnx = (name: string) => fileURLToPath(new URL(`../../tensorflow/src/fixtures/onnx/${name}.onnx`, import.meta.url));

  test('is published with its own signature, and what the user knows of it', async () => {
    const { manifest, read } = await bring(onnx('mlp'), '--class-names', '0,1,2', '--column-names', 'a,b,c,d', '--missing', 'accept');
    expect(manifest).toMatchObject({
      format: 'onnx',
      classNames: ['0', '1', '2'],
      signature: {
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4], missing: true, columns: ['a', 'b', 'c', 'd'] }],
        outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 3], columns: ['class:0', 'class:1', 'class:2'] }],
      },
      hyperparameters: { origin: 'onnx' },
      dataset: { name: 'mlp.onnx', rows: 0 },
    });
    expect(Buffer.from(await read('onnx/model.onnx'))).toEqual(await readFile(onnx('mlp')));
  });

  test('is refused in words, and nothing is published', async () => {
    const refused = await runTrainer(['import', onnx('refused-zipmap'), '--name', 'maps', '--store', store]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('output "maps" is a sequence, and only tensors are served') });
    await expect(openStore(store).open({ name: 'maps' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
