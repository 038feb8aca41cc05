import { expect, test } from 'vitest';
import { InferenceError } from '../error.ts';
import { decodeInvocationJson, encodeInvocationJson, invocationErrorJson } from './invocation.ts';

const decode = (body: object) => decodeInvocationJson(Buffer.from(JSON.stringify(body)));
const table = { columns: ['a', 'b'], rows: [[1, 2], [3, null]] }; // prettier-ignore

test.each([
  ['dataframe_split', { dataframe_split: { columns: ['a', 'b'], index: [0, 1], data: table.rows } }],
  ['dataframe_records', { dataframe_records: [{ a: 1, b: 2 }, { b: null, a: 3 }] }], // prettier-ignore
])('%s is a table', (_, body) => expect(decode(body)).toMatchObject({ params: {}, table }));

test('instances and inputs are tensors; params are kept', () => {
  const whole = { kind: 'tensors', tensors: [{ name: '', shape: [1, 2] }] };
  expect(decode({ instances: [[1, 2]], params: { top: 3 } })).toMatchObject({ params: { top: 3 }, payload: whole });
  expect(decode({ inputs: [[1, 2]] })).toMatchObject({ payload: whole });
  expect(decode({ inputs: { x: [[1, 2]] } })).toMatchObject({ payload: { tensors: [{ name: 'x', shape: [1, 2] }] } });
});

test.each([
  [{}, 'exactly one of dataframe_split'],
  [{ inputs: [1], instances: [1] }, 'exactly one'],
  [{ dataframe_split: { columns: ['a'], data: [] } }, 'empty'],
  [{ dataframe_split: { columns: ['a'], data: [[1, 2]] } }, 'data[0] has 2 cells; there are 1 columns'],
  [{ dataframe_split: { columns: [true], data: [[1]] } }, 'columns[0]'],
  [{ dataframe_records: [] }, 'empty'],
  [{ dataframe_records: [{ a: 1 }, 7] }, 'dataframe_records[1] is no object'],
  [{ inputs: [1], params: 7 }, 'params'],
])('%j is refused, saying %s', (body, word) => expect(() => decode(body)).toThrow(word));

test('an answer is a list of rows; an error has a code and words', () => {
  const tensor = { name: 'y', datatype: 'FP32', shape: [2], data: Float32Array.of(0.5, 1) } as const;
  expect(encodeInvocationJson({ kind: 'tensors', tensors: [tensor] }).toString()).toBe('{"predictions":[0.5,1]}');
  expect(JSON.parse(invocationErrorJson(new InferenceError('INVALID_ARGUMENT', 'no')).toString())).toEqual({
    error_code: 'BAD_REQUEST',
    message: 'no',
  });
});
