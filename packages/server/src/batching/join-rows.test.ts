import { allocate, datatypes, elementCount, type Datatype, type Tensor } from '@switchyard/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasRows, joinRows, splitRows } from './join-rows.ts';

function numbered(datatype: Datatype, shape: readonly number[], from: number): Tensor {
  const length = elementCount(shape);
  if (datatype === 'BYTES') {
    return { name: 'x', datatype, shape, data: Array.from({ length }, (_, at) => Uint8Array.of(from + at)) };
  }
  const data = allocate(datatype, length);
  const big = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let at = 0; at < length; at++) data[at] = (big ? BigInt((from + at) % 100) : (from + at) % 100) as never;
  return { name: 'x', datatype, shape, data };
}

test('what is joined and split again is what it was, of any datatype, shape and number of requests', () => {
  const batch = fc.record({
    datatype: fc.constantFrom(...datatypes),
    rest: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    rows: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
  });
  fc.assert(
    fc.property(batch, ({ datatype, rest, rows }) => {
      const requests = rows.map((count, at) => [numbered(datatype, [count, ...rest], at * 31)]);
      const joined = joinRows(requests);
      expect(joined[0]!.shape).toEqual([rows.reduce((a, b) => a + b), ...rest]);
      expect(splitRows(joined, rows)).toEqual(requests);
    }),
  );
});

test('an answer that has not a row for each is refused', () => {
  expect(() => splitRows([numbered('FP32', [3, 2], 0)], [1, 1])).toThrow('the model gave 3 rows of output "x" for 2');
  expect(() => splitRows([{ ...numbered('FP32', [3, 2], 0), shape: [2, 2] }], [1, 1])).toThrow('the model gave 2 rows');
  expect(() => splitRows([numbered('FP32', [], 0)], [1, 1])).toThrow('the model gave undefined rows');
});

test('a signature has rows where each of its tensors has', () => {
  const spec = (shape: number[]) => ({ name: 'x', datatype: 'FP32' as const, shape });
  expect(hasRows({ inputs: [spec([-1, 3])], outputs: [spec([-1])] })).toBe(true);
  expect(hasRows({ inputs: [spec([-1, 3])], outputs: [spec([1])] })).toBe(false);
  expect(hasRows({ inputs: [spec([-1, 3]), spec([2])], outputs: [spec([-1])] })).toBe(false);
  expect(hasRows({ inputs: [spec([])], outputs: [spec([-1])] })).toBe(false);
});
