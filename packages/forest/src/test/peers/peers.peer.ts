import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fromOnnx } from '../../doors/from-onnx.ts';
import { fromScikitLearn } from '../../doors/scikit-learn.ts';
import { toOnnx } from '../../doors/to-onnx.ts';
import { decodeForest } from '../../decode.ts';
import { encodeForest } from '../../encode.ts';
import type { Forest } from '../../forest.ts';
import { forestPredictor } from '../../predictor.ts';
import { runPython } from './python.ts';

type Entry = { readonly kind: 'onnx' | 'sklearn'; readonly rows: number; readonly labels: boolean };

const folder = mkdtempSync(join(tmpdir(), 'forest-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));

runPython('models.py', folder);
const manifest = Object.entries(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Entry>);
const forests = new Map(manifest.map(([name, { kind }]) => [name, read(name, kind)]));
for (const [name, forest] of forests) writeFileSync(join(folder, `${name}.ours.onnx`), toOnnx(forest));
runPython('answers.py', folder);

/** Through our own file too, so that this is held to be the same. */
function read(name: string, kind: Entry['kind']): Forest {
  const bytes = readFileSync(join(folder, `${name}.${kind === 'onnx' ? 'onnx' : 'json'}`));
  const { forest } = kind === 'onnx' ? fromOnnx(bytes) : fromScikitLearn(JSON.parse(bytes.toString('utf8')));
  return decodeForest(encodeForest(forest));
}

const numbers = (file: string): Float64Array => new Float64Array(Uint8Array.from(readFileSync(join(folder, file))).buffer);

function answers(forest: Forest, features: Float64Array, rows: number): Float64Array {
  const out = new Float64Array(rows * (forest.task === 'regression' ? forest.outputs : forest.classes));
  if (forest.task === 'regression') forestPredictor(forest).predictValues(features, rows, out);
  else forestPredictor(forest).predictProba(features, rows, out);
  return out;
}

/** The greatest difference, as a share of the greatest answer where that is above 1: sums of float32 are as exact as what they add up. */
function difference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) / scale;
}

/** Rows whose label differs though their two best classes are told apart: sums are float32 there. */
function wrongLabels(forest: Forest, features: Float64Array, rows: number, labels: Float64Array, resolution: number): number {
  const shares = answers(forest, features, rows);
  const predicted = forestPredictor(forest).predict(features, rows);
  let wrong = 0;
  for (let row = 0; row < rows; row++) {
    const [first, second] = [...shares.subarray(row * forest.classes, (row + 1) * forest.classes)].toSorted((a, b) => b - a);
    if (predicted[row] !== labels[row] && (first as number) - (second as number) > resolution) wrong++;
  }
  return wrong;
}

describe.each(manifest)('%s', (name, { kind, rows, labels }) => {
  const forest = forests.get(name) as Forest;
  const features = numbers(`${name}.x`);

  test('answers as the library that made it', () => {
    const exact = kind === 'sklearn';
    expect(difference(numbers(`${name}.p`), answers(forest, features, rows))).toBeLessThan(exact ? 1e-13 : 2e-6);
    if (labels) expect(wrongLabels(forest, features, rows, numbers(`${name}.l`), exact ? 1e-15 : 1e-6)).toBe(0);
  });

  test('answers in onnxruntime as here once it is written as ONNX', () => {
    expect(difference(numbers(`${name}.ours.p`), answers(forest, features, rows))).toBeLessThan(2e-6);
    if (labels) expect(wrongLabels(forest, features, rows, numbers(`${name}.ours.l`), 1e-6)).toBe(0);
  });

  test('is explained by contributions that sum to what it says', () => {
    const some = Math.min(rows, 40);
    const head = features.subarray(0, some * forest.columns);
    const { bias, values } = forestPredictor(forest).contributions(head, some, forest.outputs - 1);
    const said = new Float64Array(some * forest.outputs);
    forestPredictor({ ...forest, task: 'regression', classes: 0, link: 'none', ...scoresOf(forest) }).predictValues(head, some, said);
    for (let row = 0; row < some; row++) {
      const sum = values.subarray(row * forest.columns, (row + 1) * forest.columns).reduce((a, b) => a + b, bias);
      expect(sum).toBeCloseTo(said[(row + 1) * forest.outputs - 1] as number, 9);
    }
  });
});

/** Shares of weights as values, so that a forest of classifiers can be asked for scores. */
function scoresOf(forest: Forest): Partial<Forest> {
  if (forest.task === 'regression' || forest.aggregate === 'sum') return {};
  const trees = forest.trees.map((tree) => {
    const leafValues = Float64Array.from(tree.leafValues);
    for (let leaf = 0; leaf < tree.covers.length; leaf++)
      for (let i = tree.leafOffsets[leaf] as number; i < (tree.leafOffsets[leaf + 1] as number); i++)
        leafValues[i]! /= tree.covers[leaf] as number;
    return { ...tree, leafValues };
  });
  return { trees };
}
