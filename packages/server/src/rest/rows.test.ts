import type { Table, TensorSpec } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { payloadOfTable } from './rows.ts';

const rows = [[1, 2], [3, 4]]; // prettier-ignore
const table = (...columns: string[]): Table => ({ columns, rows, reread: () => rows });
const named: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 2], columns: ['a', 'b'] };
const single = (name: string, shape: number[] = [-1]): TensorSpec => ({ name, datatype: 'FP32', shape });

test('columns come in the order of the model’s own', () => {
  expect(payloadOfTable(table('b', 'a'), [named])).toMatchObject({
    tensors: [{ columns: ['a', 'b'], shape: [2, 2], data: Float64Array.of(2, 1, 4, 3) }],
  });
  expect(() => payloadOfTable(table('a', 'c'), [named])).toThrow('column "b" is missing; this model takes "a", "b"');
  expect(() => payloadOfTable(table('a', 'a'), [named])).toThrow('"a" was sent twice');
});

test('a model whose columns have no names takes them as they come; so does one that is not known', () => {
  const payload = payloadOfTable(table('p', 'q'), [single('x', [-1, 2])]);
  expect(payload).toEqual({ kind: 'tensors', tensors: [{ name: '', datatype: 'FP64', shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) }] });
  expect(payloadOfTable(table('p', 'q'), [])).toMatchObject({ tensors: [{ columns: ['p', 'q'] }] });
});

test('a column an input, where inputs are named so', () => {
  expect(payloadOfTable(table('q', 'p'), [single('p'), single('q', [-1, 1])])).toEqual({
    kind: 'tensors',
    tensors: [
      { name: 'p', datatype: 'FP64', shape: [2], data: Float64Array.of(2, 4) },
      { name: 'q', datatype: 'FP64', shape: [2, 1], data: Float64Array.of(1, 3) },
    ],
  });
  expect(() => payloadOfTable(table('p', 'r'), [single('p'), single('q')])).toThrow('column "q" is missing');
});
