import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@switchyard/protocol';
import { afterAll, describe, expect, test } from 'vitest';
import { library as tf } from '../../library.ts';
import { loadSavedModel } from '../../saved-model/load-saved-model.ts';
import { saveSavedModel } from '../../saved-model/save-saved-model.ts';
import { openTensorFlow } from '../../tensorflow.ts';
import { models } from '../layers-models.ts';
import { answersIn, inputsOf, listed, savedModelIn } from '../python-models.ts';
import { runPython } from './python.ts';

const folder = mkdtempSync(join(tmpdir(), 'tensorflow-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));

await openTensorFlow({ backend: 'native' });
runPython('export.py', folder);
const answers = answersIn(folder);
const ours = new Map(Object.keys(models).map((name) => [name, write(name)]));
runPython('read.py', folder);

/** Our model as a SavedModel, and batches for Python to answer; what we answer ourselves. */
function write(name: string): Float32Array[] {
  const model = models[name]!(tf);
  const home = join(folder, 'ours', name.replaceAll(' ', '-'));
  mkdirSync(join(home, 'saved-model'), { recursive: true });
  const float = (at: string, shape: readonly (number | null)[]) => ({
    name: at,
    datatype: 'FP32' as const,
    shape: shape.map((size) => size ?? -1),
  });
  const inputs = model.inputs.map(({ shape }, at) => float(`x${at}`, shape));
  const files = saveSavedModel(model, { inputs, outputs: model.outputs.map(({ shape }) => float('y', shape)) });
  for (const [path, bytes] of Object.entries(files)) writeFileSync(join(home, path), bytes);
  const batches: object[] = [];
  const answered = [1, 5, 64].map((rows) => {
    const given = inputs.map(({ shape }, at) => tf.randomUniform([rows, ...shape.slice(1)], -2, 2, 'float32', 10 * rows + at));
    batches.push(Object.fromEntries(given.map((each, at) => [`x${at}`, { shape: each.shape, data: [...each.dataSync()] }])));
    return (model.apply(given.length === 1 ? given[0]! : given) as (typeof given)[0]).dataSync() as Float32Array;
  });
  writeFileSync(join(home, 'x.json'), JSON.stringify(batches));
  return answered;
}

describe.each(Object.entries(answers))('of Python, "%s"', (name, signatures) => {
  test.each(Object.entries(signatures))('by its signature "%s" answers here as there', async (signature, { inputs, outputs }) => {
    const model = await loadSavedModel(savedModelIn(join(folder, name)), { signature });
    const answered = model.predict(inputsOf(model.signature, inputs));
    model.dispose();
    expect(answered.map(({ name }) => name)).toEqual(Object.keys(outputs).toSorted());
    for (const tensor of answered) compare(tensor, outputs[tensor.name]!);
  });
});

function compare(tensor: Tensor, { shape, data }: { shape: number[]; data: (number | string | boolean)[] }): void {
  expect(tensor.shape).toEqual(shape);
  const values = listed(tensor);
  if (tensor.datatype === 'FP32') expect(difference(values as number[], data as number[])).toBeLessThan(2e-6);
  else expect(values).toEqual(data);
}

test('a model of Keras 3 that was saved and not exported is told what to do', async () => {
  await expect(loadSavedModel(savedModelIn(join(folder, 'unexported')))).rejects.toThrow('model.export()');
});

test.each([...ours])('of ours, "%s" answers in Python as here', (name, answered) => {
  const file = join(folder, 'ours', name.replaceAll(' ', '-'), 'y.json');
  const theirs = JSON.parse(readFileSync(file, 'utf8')) as { shape: number[]; data: number[] }[];
  for (const [at, batch] of answered.entries()) expect(difference([...batch], theirs[at]!.data)).toBeLessThan(2e-6);
});

function difference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}
