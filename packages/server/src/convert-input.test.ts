import { InferenceError, type Datatype, type Payload, type Signature, type Tensor, type TensorData } from '@switchyard/protocol';
import { array, assert, constantFrom, double, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConverter, describeSpec } from './convert-input.ts';

const pixels: Signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3], range: { min: 0, max: 1 } }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
};
const takes = 'this model takes FP32 [-1, 3] with values 0..1';

function of(shape: number[], data: TensorData | number[], datatype: Datatype = 'FP64', name = ''): Payload {
  return { kind: 'tensors', tensors: [{ name, datatype, shape, data: Array.isArray(data) ? Float64Array.from(data as number[]) : data }] };
}
const single = (datatype: Datatype, range?: { min: number; max: number }): Signature => ({
  inputs: [{ name: 'x', datatype, shape: [-1], ...(range ? { range } : {}) }],
  outputs: [],
});
const message = (signature: Signature, payload: Payload, scaling?: Parameters<typeof createConverter>[1]): string => {
  try {
    createConverter(signature, scaling)(payload);
  } catch (error) {
    expect(error).toBeInstanceOf(InferenceError);
    expect((error as InferenceError).code).toBe('INVALID_ARGUMENT');
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};
const first = (tensors: readonly Tensor[]): Tensor => tensors[0] as Tensor;

describe('what fits', () => {
  test('an unnamed tensor is the single input, as its datatype', () => {
    expect(createConverter(pixels)(of([1, 3], [0, 0.5, 1]))).toEqual([
      { name: 'x', datatype: 'FP32', shape: [1, 3], data: Float32Array.of(0, 0.5, 1) },
    ]);
  });

  test('a vector of the right width is one row', () => {
    expect(first(createConverter(pixels)(of([3], [0, 0.5, 1]))).shape).toEqual([1, 3]);
  });

  test('an array that needs no change is not copied', () => {
    const data = Float32Array.of(0, 0.5, 1);
    expect(first(createConverter(pixels)(of([1, 3], data, 'FP32'))).data).toBe(data);
  });

  test('NaN is a missing value where the model takes such, scaled or not, and infinity is not', () => {
    const signature: Signature = { inputs: [{ ...pixels.inputs[0]!, missing: true }], outputs: pixels.outputs };
    const floats = Float32Array.of(0, NaN, 1);
    expect(first(createConverter(signature)(of([1, 3], floats, 'FP32'))).data).toBe(floats);
    expect([...first(createConverter(signature, { scale: 2, offset: 1 })(of([3], [0, NaN, 1]))).data]).toEqual([1, NaN, 3]);
    expect(message(signature, of([3], [0, 1, Infinity]))).toBe(
      `input "x" row 0, column 2: Infinity is not a finite number; ${takes}, NaN where one is missing`,
    );
    expect(message(pixels, of([3], [0, NaN, 1]))).toMatch('row 0, column 1: NaN is not a finite number');
  });

  test('inputs come in the order of the signature, by their names', () => {
    const two: Signature = {
      inputs: [
        { name: 'a', datatype: 'FP32', shape: [-1] },
        { name: 'b', datatype: 'INT32', shape: [-1] },
      ],
      outputs: [],
    };
    const tensor = (name: string): Tensor => ({ name, datatype: 'FP64', shape: [1], data: Float64Array.of(1) });
    const inputs = createConverter(two)({ kind: 'tensors', tensors: [tensor('b'), tensor('a')] });
    expect(inputs.map(({ name, datatype }) => [name, datatype])).toEqual([
      ['a', 'FP32'],
      ['b', 'INT32'],
    ]);
  });

  test('a float32 at the end of the range is inside, though it lies a hair outside as a double', () => {
    const signature = single('FP32', { min: -0.3, max: 0.3 });
    const data = Float32Array.of(0.3, -0.3);
    expect(data[0]).toBeGreaterThan(0.3);
    expect(first(createConverter(signature)(of([2], data, 'FP32'))).data).toEqual(data);
  });

  test('64-bit whole numbers stay exact', () => {
    const data = BigInt64Array.of(2n ** 62n + 1n, -(2n ** 63n));
    expect(first(createConverter(single('INT64'))(of([2], data, 'INT64'))).data).toEqual(data);
    const unsigned = createConverter(single('UINT64'))(of([1], BigInt64Array.of(2n ** 62n + 1n), 'INT64'));
    expect(first(unsigned).data).toEqual(BigUint64Array.of(2n ** 62n + 1n));
    expect(first(createConverter(single('INT64'))(of([1], [-7]))).data).toEqual(BigInt64Array.of(-7n));
  });

  test('half and brain floats are widened', () => {
    expect(first(createConverter(pixels)(of([1, 3], Uint16Array.of(0, 0x3800, 0x3c00), 'FP16'))).data).toEqual(Float32Array.of(0, 0.5, 1));
    expect(first(createConverter(pixels)(of([1, 3], Uint16Array.of(0, 0x3f00, 0x3f80), 'BF16'))).data).toEqual(Float32Array.of(0, 0.5, 1));
  });

  test('whole numbers of every datatype come through every datatype that holds them', () => {
    const datatypes = ['UINT8', 'UINT16', 'UINT32', 'INT8', 'INT16', 'INT32', 'FP32', 'FP64', 'INT64', 'UINT64'] as const;
    assert(
      property(constantFrom(...datatypes), array(integer({ min: 0, max: 127 }), { minLength: 1 }), (datatype, values) => {
        const converted = first(createConverter(single(datatype))(of([values.length], values)));
        expect(Array.from(converted.data as Iterable<number | bigint>, Number)).toEqual(values);
      }),
    );
  });
});

describe('scaling', () => {
  test('is applied after the check of the range, which is the client’s', () => {
    const convert = createConverter(pixels, { scale: 255, offset: 0 });
    expect(first(convert(of([1, 3], [0, 0.2, 1]))).data).toEqual(Float32Array.of(0, 51, 255));
    expect(message(pixels, of([1, 3], [0, 1, 254]), { scale: 255, offset: 0 })).toContain('254 is outside 0..1');
  });

  test('is by column where it is a list, and does not touch what the client sent', () => {
    const data = Float32Array.of(0, 0.5, 1, 1, 0.5, 0);
    const convert = createConverter(pixels, { scale: [1, 2, 4], offset: [0, 10, 20] });
    expect(first(convert(of([2, 3], data, 'FP32'))).data).toEqual(Float32Array.of(0, 11, 24, 1, 11, 20));
    expect(data).toEqual(Float32Array.of(0, 0.5, 1, 1, 0.5, 0));
  });

  test('may mix a list and a number', () => {
    const convert = createConverter(pixels, { scale: 2, offset: [1, 2, 3] });
    expect(first(convert(of([1, 3], [1, 1, 1]))).data).toEqual(Float32Array.of(3, 4, 5));
  });

  test('rounds where the input is of whole numbers', () => {
    const convert = createConverter(single('UINT8', { min: 0, max: 1 }), { scale: 254.6, offset: 0 });
    expect(first(convert(of([1], [1]))).data).toEqual(Uint8Array.of(255));
  });

  test('that does not fit the signature is refused before anything is served', () => {
    expect(() => createConverter(pixels, { scale: [1, 2], offset: 0 })).toThrow('scaling has 2 values of scale; input "x" has 3 columns');
    expect(() => createConverter(single('INT64'), { scale: 1, offset: 0 })).toThrow('INT64');
  });
});

describe('what does not fit is refused in words', () => {
  test.each([
    ['a value outside the range', pixels, of([2, 3], [0, 0, 0, 0, 0, 254]), `input "x" row 1, column 2: 254 is outside 0..1; ${takes}`],
    ['NaN', pixels, of([1, 3], [0, NaN, 0]), `input "x" row 0, column 1: NaN is not a finite number; ${takes}`],
    [
      'NaN in place',
      pixels,
      of([1, 3], Float32Array.of(0, NaN, 0), 'FP32'),
      `input "x" row 0, column 1: NaN is not a finite number; ${takes}`,
    ],
    [
      'infinity without a range',
      single('FP64'),
      of([1], [Infinity]),
      'input "x" row 0: Infinity is not a finite number; this model takes FP64 [-1]',
    ],
    [
      'a fraction for an integer',
      single('INT32'),
      of([2], [1, 1.5]),
      'input "x" row 1: 1.5 is not a whole number; this model takes INT32 [-1]',
    ],
    ['256 for UINT8', single('UINT8'), of([1], [256]), 'input "x" row 0: 256 does not fit UINT8; this model takes UINT8 [-1]'],
    ['what float32 cannot hold', single('FP32'), of([1], [1e39]), 'input "x" row 0: 1e+39 does not fit FP32; this model takes FP32 [-1]'],
    ['an inexact 64-bit integer', single('INT64'), of([1], [2 ** 53]), 'input "x" row 0: 9007199254740992 is beyond 2^53'],
    ['a negative for UINT64', single('UINT64'), of([1], BigInt64Array.of(-1n), 'INT64'), 'input "x" row 0: -1 does not fit UINT64'],
    ['too few columns', pixels, of([1, 2], [0, 0]), `input "x" has 2 columns; ${takes}`],
    ['a vector of another width', pixels, of([4], [0, 0, 0, 0]), `input "x" has shape [4]; ${takes}`],
    ['another rank', pixels, of([1, 1, 3], [0, 0, 0]), `input "x" has shape [1, 1, 3]; ${takes}`],
    ['no rows', pixels, of([0, 3], []), `input "x" has no rows; ${takes}`],
    [
      'another name',
      pixels,
      of([1, 3], [0, 0, 0], 'FP64', 'z'),
      `there is no input "z"; this model takes "x": FP32 [-1, 3] with values 0..1`,
    ],
    ['no tensors', pixels, { kind: 'tensors', tensors: [] }, 'input "x" is missing'],
    ['text', pixels, { kind: 'text', text: 'seven' }, 'text was sent; this model takes "x": FP32 [-1, 3]'],
    ['nothing', pixels, { kind: 'empty' }, 'no data was sent'],
    [
      'strings for numbers',
      pixels,
      of([1, 3], [Buffer.of(1), Buffer.of(2), Buffer.of(3)], 'BYTES'),
      `input "x" has datatype BYTES; ${takes}`,
    ],
  ] as [string, Signature, Payload, string][])('%s', (_, signature, payload, words) => {
    expect(message(signature, payload)).toContain(words);
  });

  test('the same tensor twice', () => {
    const tensor: Tensor = { name: '', datatype: 'FP32', shape: [1, 3], data: new Float32Array(3) };
    expect(message(pixels, { kind: 'tensors', tensors: [tensor, tensor] })).toContain('2 tensors were sent');
  });

  test('known columns in another order', () => {
    const table: Signature = { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2], columns: ['length', 'width'] }], outputs: [] };
    const tensor = (columns: string[]): Payload => ({
      kind: 'tensors',
      tensors: [{ name: '', datatype: 'FP64', shape: [1, 2], data: Float64Array.of(1, 2), columns }],
    });
    expect(message(table, tensor(['width', 'length']))).toBe(
      'input "x" column 0 is "width" where this model takes "length"; the order is length, width',
    );
    expect(createConverter(table)(tensor(['a', 'b']))).toHaveLength(1); // names that say nothing are ignored, as Seldon does
  });

  test('inputs of different numbers of rows', () => {
    const two: Signature = {
      inputs: [
        { name: 'a', datatype: 'FP32', shape: [-1] },
        { name: 'b', datatype: 'FP32', shape: [-1] },
      ],
      outputs: [],
    };
    const tensors = [1, 2].map((rows, index): Tensor => ({
      name: 'ab'.charAt(index),
      datatype: 'FP32',
      shape: [rows],
      data: new Float32Array(rows),
    }));
    expect(message(two, { kind: 'tensors', tensors })).toBe('input "a" has 1 rows, but input "b" has 2');
  });

  test('no number outside the range ever comes through', () => {
    assert(
      property(double(), (value) => {
        const inside = value >= 0 && value <= 1;
        const run = () => createConverter(pixels)(of([1, 3], [0, 0, value]));
        if (inside) expect((first(run()).data as Float32Array)[2]).toBe(Math.fround(value));
        else expect(run).toThrow(InferenceError);
      }),
    );
  });
});

test('a spec in words', () => {
  expect(describeSpec({ name: 'x', datatype: 'INT32', shape: [-1] })).toBe('INT32 [-1]');
});
