import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTensor, tensorOf } from '../test/arbitraries.ts';
import { bytes, plainTensor } from '../test/plain.ts';
import { datatypes, type Tensor } from '../tensor.ts';
import { bytesOfTensor } from './binary.ts';
import { decodeOipJson } from './json.ts';
import type { OipRequest } from './request.ts';

const decode = (text: string, headerLength?: number): OipRequest => decodeOipJson(bytes(text), headerLength);
const tensorsOf = ({ message }: OipRequest): readonly Tensor[] => (message.payload.kind === 'tensors' ? message.payload.tensors : []);
const one = (datatype: string, shape: number[], data: string): Tensor => {
  return tensorsOf(decode(`{"inputs":[{"name":"x","datatype":"${datatype}","shape":[${shape}],"data":${data}}]}`))[0] as Tensor;
};

/** A request with its tensors as raw bytes, as clients write it. */
function binary(tensors: readonly Tensor[], extra = ''): { body: Buffer; headerLength: number } {
  const parts = tensors.map(bytesOfTensor);
  const inputs = tensors.map(({ name, datatype, shape }, index) => {
    return { name, datatype, shape, parameters: { binary_data_size: parts[index]?.length } };
  });
  const header = bytes(JSON.stringify({ inputs }) + extra);
  return { body: Buffer.concat([header, ...parts]), headerLength: header.length };
}

test('tensors of every datatype come as raw bytes, aligned or not', () => {
  fc.assert(
    fc.property(fc.array(anyTensor, { maxLength: 4 }), fc.nat(7), (tensors, spaces) => {
      const { body, headerLength } = binary(tensors, ' '.repeat(spaces));
      expect(tensorsOf(decodeOipJson(body, headerLength)).map(plainTensor)).toEqual(tensors.map(plainTensor));
    }),
  );
});

test('tensors of every datatype that JSON has a form for come flat and nested', () => {
  const some = fc.constantFrom(...datatypes.filter((type) => !['FP16', 'BF16', 'BYTES'].includes(type))).chain((type) => tensorOf(type));
  fc.assert(
    fc.property(some, fc.boolean(), (tensor, nested) => {
      const flat = Array.from(tensor.data as Iterable<number | bigint>, String);
      const nest = (list: readonly string[], [size, ...rest]: readonly number[]): string => {
        if (rest.length === 0 || size === undefined) return `[${list.join(',')}]`;
        const width = list.length / size;
        return `[${Array.from({ length: size }, (_, index) => nest(list.slice(index * width, (index + 1) * width), rest)).join(',')}]`;
      };
      const data = nested ? nest(flat, tensor.shape) : `[${flat.join(',')}]`;
      expect(one(tensor.datatype, [...tensor.shape], data)).toEqual({ ...tensor, name: 'x' });
    }),
  );
});

test('raw numbers are the memory of the body where they are aligned, and right where they are not', () => {
  const tensor: Tensor = { name: 'x', datatype: 'FP64', shape: [2], data: Float64Array.of(0.5, -2) };
  const { body, headerLength } = binary([tensor]);
  for (let offset = 0; offset < 8; offset++) {
    const memory = new Uint8Array(new ArrayBuffer(body.length + 8), offset, body.length);
    memory.set(body);
    const data = tensorsOf(decodeOipJson(memory, headerLength))[0]?.data as Float64Array;
    expect(data).toEqual(tensor.data);
    expect(data.buffer === memory.buffer).toBe((offset + headerLength) % 8 === 0);
  }
});

test('id, parameters, outputs and what is wanted binary are read', () => {
  const request = decode(
    '{"id":"7","parameters":{"a":1,"b":"c","d":true,"binary_data_output":true},"inputs":[],"outputs":[{"name":"y"},{"name":"z","parameters":{"binary_data":false}}]}',
  );
  expect(request).toMatchObject({ id: '7', parameters: { a: 1, b: 'c', d: true }, binaryOutput: true });
  expect(request.outputs).toEqual([{ name: 'y' }, { name: 'z', binary: false }]);
  expect(request.message).toMatchObject({ encoding: 'oip', meta: { puid: '7' } });
});

test('a request without them has none', () => {
  expect(decode('{"inputs":[]}')).toEqual({
    parameters: {},
    binaryOutput: false,
    message: { meta: {}, encoding: 'oip', payload: { kind: 'tensors', tensors: [] } },
  });
});

test('BOOL may be true and false or 1 and 0', () => {
  expect(one('BOOL', [4], '[true,false,1,0]').data).toEqual(Uint8Array.of(1, 0, 1, 0));
});

test('BYTES are strings, as UTF-8', () => {
  expect(one('BYTES', [1, 2], '[["é",""]]').data).toEqual([bytes('é'), bytes('')]);
});

describe('64-bit integers', () => {
  test('are exact, however large, and fractions beside them stay', () => {
    const text =
      '{"parameters":{"p":9007199254740993},"inputs":[{"name":"x","datatype":"INT64","shape":[2],"data":[-9223372036854775808,9223372036854775807]},' +
      '{"name":"u","datatype":"UINT64","shape":[1,1],"data":[[18446744073709551615]]},{"name":"f","datatype":"FP64","shape":[2],"data":[0.5,123456789012345678901]}]}';
    expect(tensorsOf(decode(text)).map(({ data }) => data)).toEqual([
      BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
      BigUint64Array.of(2n ** 64n - 1n),
      Float64Array.of(0.5, 123456789012345680000),
    ]);
  });

  test.each([
    ['INT64', '9223372036854775808'],
    ['INT64', '-9223372036854775809'],
    ['UINT64', '18446744073709551616'],
    ['UINT64', '-1'],
  ])('%s does not hold %s', (datatype, value) => {
    expect(() => one(datatype, [2], `[0,${value}]`)).toThrow(`tensor "x": element 1 is ${value}, not a number that ${datatype} can hold`);
  });

  test('nested deeper than any tensor are refused, not followed', () => {
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
    expect(() => one('INT64', [1], deep)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('1e300 is none', () => {
    expect(() => one('INT64', [1], '[1e300]')).toThrow('element 0 is 1e+300, not a whole number');
  });
});

describe('what does not fit is refused with tensor, place and value', () => {
  test.each([
    ['UINT8', '[0,256]', 'tensor "x": element 1 is 256, not in 0..255, which UINT8 holds'],
    ['UINT8', '[0,-1]', 'element 1 is -1, not in 0..255'],
    ['INT8', '[[0,-129]]', 'element 1 is -129, not in -128..127'],
    ['UINT16', '[0,65536]', 'element 1 is 65536'],
    ['INT16', '[0,32768]', 'element 1 is 32768'],
    ['INT32', '[0,2147483648]', 'element 1 is 2147483648'],
    ['UINT32', '[0,4294967296]', 'element 1 is 4294967296'],
    ['INT32', '[0,0.5]', 'element 1 is 0.5, not a whole number'],
    ['INT32', '[0,"1"]', 'element 1 is "1", not a whole number'],
    ['FP32', '[0,1e39]', 'element 1 is 1e+39, not a number that FP32 can hold'],
    ['FP64', '[0,1e999]', 'element 1 is Infinity, not a number that FP64 can hold'],
    ['FP64', '[0,null]', 'element 1 is null, not a number'],
    ['FP32', '[0,[1]]', 'element 1 is a list, not a number'],
    ['BOOL', '[0,2]', 'element 1 is 2, not true, false, 1 or 0'],
    ['BYTES', '["a",1]', 'element 1 is 1, not a string'],
    ['FP16', '[0,1]', 'tensor "x": FP16 has no JSON form; send it as binary data'],
    ['BF16', '[0,1]', 'BF16 has no JSON form'],
    ['FP32', '[0]', 'tensor "x": shape [1,2] holds 2 elements, but 1 were sent'],
    ['FP32', '[[0],[1]]', 'tensor "x": its data is nested as [2,1], but its shape is [1,2]'],
    ['FP32', '[[0,1],[2]]', 'its data is nested unevenly, but its shape is [1,2]'],
    ['FP32', '[NaN,1]', 'the request is not valid JSON: NaN at position'],
  ])('%s of %s', (datatype, data, message) => {
    expect(() => one(datatype, [1, 2], data)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });

  const x = '"name":"x","datatype":"FP32"';
  test.each([
    ['{}', 'inputs is missing, not a list'],
    ['{"inputs":[1]}', 'inputs[0] is 1, not an object'],
    ['{"inputs":[{}]}', 'inputs[0].name is missing, not a string'],
    ['{"inputs":[{"name":"x","datatype":"FP8"}]}', 'tensor "x": datatype is "FP8"; known are BOOL'],
    [`{"inputs":[{${x}}]}`, 'tensor "x": shape is missing'],
    [`{"inputs":[{${x},"shape":[-1],"data":[]}]}`, 'tensor "x": shape[0] is -1, not a whole number ≥ 0'],
    [`{"inputs":[{${x},"shape":[1]}]}`, 'tensor "x": data is missing, not a list'],
    [`{"inputs":[{${x},"shape":[1],"data":[1],"parameters":{"binary_data_size":4}}]}`, 'tensor "x" has both data and binary_data_size'],
    [`{"inputs":[{${x},"shape":[1],"parameters":{"binary_data_size":4}}]}`, 'tensor "x": binary_data_size is 4, but 0 bytes are left'],
    [`{"inputs":[{${x},"shape":[1],"parameters":{"binary_data_size":-4}}]}`, 'binary_data_size is -4, not a whole number'],
    ['{"inputs":[],"parameters":{"a":[1]}}', 'parameters.a is a list, not a string, number or boolean'],
    ['{"inputs":[],"id":7}', 'id is 7, not a string'],
    ['{"inputs":[],"outputs":[{}]}', 'outputs[0].name is missing'],
  ])('%s', (text, message) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }));
  });

  test.each([
    ['a header that is longer than the body', '{"inputs":[]}', 99, 'Inference-Header-Content-Length is 99, but the body has 13 bytes'],
    ['a header of no length', '{"inputs":[]}', 0, 'is 0, but the body has 13 bytes'],
    ['a header of no number', '{"inputs":[]}', NaN, 'Inference-Header-Content-Length is NaN'],
    ['bytes of no tensor', '{"inputs":[]}abc', 13, '3 bytes of binary data belong to no tensor'],
    ['bytes after JSON without a header', '{"inputs":[]}abc', undefined, 'unexpected "a" at position 13'],
  ])('%s', (_, text, length, message) => {
    expect(() => decode(text, length)).toThrow(message);
  });

  test.each([
    ['FP32', 'AAA', 'tensor "x": 3 bytes are no whole number of FP32 elements of 4 bytes'],
    ['FP32', 'AAAAAAAA', 'tensor "x": shape [1] holds 1 elements, but 2 were sent'],
    ['BYTES', '\u0005\u0000\u0000\u0000ab', 'tensor "x": element 0 is cut off, at byte 0 of 6'],
    ['BYTES', 'ab', 'element 0 is cut off'],
  ])('raw bytes of %s', (datatype, raw, message) => {
    const header = `{"inputs":[{"name":"x","datatype":"${datatype}","shape":[1],"parameters":{"binary_data_size":${raw.length}}}]}`;
    expect(() => decode(header + raw, header.length)).toThrow(message);
  });
});
