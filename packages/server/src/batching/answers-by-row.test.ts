import type { Tensor } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { linearModel, someWeights } from '../fixtures/linear.ts';
import { toServing } from '../model-source.ts';
import type { Model } from '../model.ts';
import { answersByRow } from './answers-by-row.ts';

const inner = linearModel(someWeights);
const predict = (inputs: readonly Tensor[]) => inner.predict(inputs) as readonly Tensor[];
const asked = (patch: Partial<Model>) => answersByRow(toServing({ ...inner, ...patch }, {}));
const changed = (output: Tensor, change: (values: Float32Array) => Float32Array): Tensor[] => [
  { ...output, data: change(output.data as Float32Array) },
];

test('a model of rows does', async () => {
  expect(await asked({})).toBe(true);
});

test('one whose numbers differ in the last bits does', async () => {
  const noisy: Model['predict'] = (inputs) =>
    changed(predict(inputs)[0]!, (values) => values.map((value) => value * (1 + 1e-6 * inputs[0]!.shape[0]!)));
  expect(await asked({ predict: noisy })).toBe(true);
});

test('one that normalises over its batch, or sees only its first row, does not', async () => {
  const normalised: Model['predict'] = (inputs) =>
    changed(predict(inputs)[0]!, (values) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      const most = Math.max(...values.map((value) => Math.abs(value - mean)));
      return values.map((value) => (value - mean) / most);
    });
  expect(await asked({ predict: normalised })).toBe(false);
  const first: Model['predict'] = (inputs) => changed(predict(inputs)[0]!, (values) => values.map((_, at) => values[at % 3]!));
  expect(await asked({ predict: first })).toBe(false);
});

test('one that gives too few rows, or fails at many, does not', async () => {
  const one: Model['predict'] = (inputs) => [
    { ...predict(inputs)[0]!, shape: [1, 3], data: (predict(inputs)[0]!.data as Float32Array).slice(0, 3) },
  ];
  expect(await asked({ predict: one })).toBe(false);
  const failing: Model['predict'] = (inputs) => {
    if (inputs[0]!.shape[0]! > 1) throw new Error('one row only');
    return predict(inputs);
  };
  expect(await asked({ predict: failing })).toBe(false);
});

test.each(['FP64', 'UINT8', 'INT64', 'BYTES'] as const)('inputs of %s are tried within their range', async (datatype) => {
  const range = datatype === 'BYTES' ? {} : { range: { min: 3, max: 9.5 } };
  const seen: number[] = [];
  const signature = { inputs: [{ name: 'x', datatype, shape: [-1, -1, 4], ...range }], outputs: [{ name: 'y', datatype, shape: [-1, 4] }] };
  const copy: Model['predict'] = ([x]) => {
    if (datatype !== 'BYTES') seen.push(...Array.from(x!.data as Float64Array, Number));
    return [{ ...x!, name: 'y', shape: [x!.shape[0]!, 4] }];
  };
  expect(await asked({ signature, predict: copy })).toBe(true);
  for (const value of seen) expect(value >= 3 && value <= 9.5).toBe(true);
  expect(new Set(seen).size).toBeGreaterThan(datatype === 'BYTES' ? -1 : 3);
});
