import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../call.ts';
import { content, meta } from '../test/arbitraries.ts';
import { bytes, message, plain, unwired } from '../test/plain.ts';
import type { Tensor } from '../tensor.ts';
import { decodeSeldonJson, encodeSeldonJson } from './json.ts';

const decode = (text: string): Message => decodeSeldonJson(bytes(text));
const tensor = (text: string): Tensor => {
  const { payload } = decode(text);
  if (payload.kind !== 'tensors') throw new Error(`${text} is no tensor but ${payload.kind}`);
  return payload.tensors[0] as Tensor;
};

test('any message comes back as it was, through JSON', () => {
  fc.assert(
    fc.property(meta, content, (meta, { encoding, payload }) => {
      const back = decodeSeldonJson(encodeSeldonJson({ meta, encoding, payload }));
      expect(plain(back.payload)).toEqual(plain(payload));
      expect(back.encoding).toBe(encoding);
      expect(back.meta).toEqual({ tags: {}, routing: {}, requestPath: {}, ...meta });
    }),
  );
});

test('a message that came as JSON goes on as the very bytes', () => {
  const body = bytes('{ "data": {"ndarray": [[1.0]]}, "unknown": 1 }');
  expect(encodeSeldonJson(decodeSeldonJson(body))).toBe(body);
});

describe('what data is', () => {
  test('numbers of an ndarray are FP64, their names its columns', () => {
    expect(tensor('{"data":{"names":["a","b"],"ndarray":[[1,2.5]]}}')).toEqual({
      name: '',
      datatype: 'FP64',
      shape: [1, 2],
      data: Float64Array.of(1, 2.5),
      columns: ['a', 'b'],
    });
  });

  test('a tensor has its shape, one dimension of which may be left open', () => {
    expect(tensor('{"data":{"tensor":{"shape":[1,2],"values":[1,2]}}}')).toMatchObject({ shape: [1, 2], data: Float64Array.of(1, 2) });
    expect(tensor('{"data":{"tensor":{"shape":[-1,2],"values":[1,2,3,4]}}}').shape).toEqual([2, 2]);
  });

  test('strings are BYTES, booleans BOOL', () => {
    expect(tensor('{"data":{"ndarray":["é",""]}}')).toEqual({ name: '', datatype: 'BYTES', shape: [2], data: [bytes('é'), bytes('')] });
    expect(tensor('{"data":{"ndarray":[[true],[false]]}}')).toMatchObject({ datatype: 'BOOL', shape: [2, 1], data: Uint8Array.of(1, 0) });
  });

  test.each([
    ['ragged', '[[1,2],[3]]'],
    ['of mixed kinds', '[[1,"a"]]'],
    ['with a null', '[[1,null]]'],
    ['of objects', '[{"a":1}]'],
    ['a list beside a number', '[1,[2]]'],
    ['a number beside a list', '[[2],1]'],
  ])('an ndarray that is %s stays JSON', (_, list) => {
    expect(decode(`{"data":{"names":["a"],"ndarray":${list}}}`)).toMatchObject({
      encoding: 'ndarray',
      payload: { kind: 'json', json: JSON.parse(list) as unknown, columns: ['a'] },
    });
  });

  test('an empty list, and data without any, are an empty tensor', () => {
    expect(tensor('{"data":{"ndarray":[]}}')).toMatchObject({ datatype: 'FP64', shape: [0], data: new Float64Array(0) });
    expect(tensor('{"data":{"ndarray":[[]]}}').shape).toEqual([1, 0]);
    expect(tensor('{"data":{}}').shape).toEqual([0]);
  });

  test('tensor goes before ndarray, that before tftensor, data before jsonData, that before strData and binData', () => {
    const tf = '"tftensor":{"dtype":"DT_INT32","tensorShape":{"dim":[{"size":"1"}]},"intVal":[3]}';
    expect(decode(`{"data":{${tf},"ndarray":[2],"tensor":{"shape":[1],"values":[1]}}}`).encoding).toBe('tensor');
    expect(decode(`{"data":{${tf},"ndarray":[2]}}`).encoding).toBe('ndarray');
    expect(decode(`{"data":{${tf}}}`).encoding).toBe('tftensor');
    expect(decode('{"binData":"AQ==","strData":"a","jsonData":1,"data":{"ndarray":[1]}}').payload.kind).toBe('tensors');
    expect(decode('{"binData":"AQ==","strData":"a","jsonData":1}').payload).toEqual({ kind: 'json', json: 1 });
    expect(decode('{"binData":"AQ==","strData":"a"}').payload).toEqual({ kind: 'text', text: 'a' });
    expect(plain(decode('{"binData":"AQ=="}').payload)).toEqual({ kind: 'bytes', bytes: [1] });
    expect(decode('{"data":null,"strData":""}').payload).toEqual({ kind: 'text', text: '' });
    expect(decode('{"meta":{"puid":"a"}}').payload).toEqual({ kind: 'empty' });
  });

  test('binData may be written for URLs, and without padding', () => {
    expect(plain(decode('{"binData":"-_8"}').payload)).toEqual({ kind: 'bytes', bytes: [0xfb, 0xff] });
  });
});

test('a list that is nested deeper than any tensor stays JSON', () => {
  const deep = (levels: number) => decode(`{"data":{"ndarray":${'['.repeat(levels)}1${']'.repeat(levels)}}}`);
  expect(deep(60).payload.kind).toBe('json');
  expect(() => deep(100_000).payload).toThrow('data.ndarray is nested more than 100 levels deep');
});

test('tags that could not be written again are refused', () => {
  expect(() => decode('{"meta":{"tags":{"a":[1e999]}}}').meta).toThrow('meta.tags holds Infinity');
  expect(() => decode(`{"meta":{"tags":{"a":${'['.repeat(3000)}${']'.repeat(3000)}}}}`).meta).toThrow('meta.tags is nested');
});

test('names that objects have by nature are names like others', () => {
  const { meta } = decode('{"meta":{"tags":{"__proto__":1,"constructor":2},"routing":{"__proto__":3}}}');
  expect(Object.entries(meta.tags ?? {})).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
  expect(encodeSeldonJson(unwired({ meta, encoding: 'none', payload: { kind: 'empty' } })).toString()).toContain(
    '"routing":{"__proto__":3}',
  );
});

describe('integers beyond 2^53', () => {
  test('stay exact: as INT64, or as UINT64 where they need it', () => {
    const big = tensor('{"data":{"ndarray":[[9007199254740993,-1]]}}');
    expect(big).toMatchObject({ datatype: 'INT64', shape: [1, 2], data: BigInt64Array.of(9007199254740993n, -1n) });
    expect(tensor('{"data":{"tensor":{"shape":[1],"values":[18446744073709551615]}}}')).toMatchObject({
      datatype: 'UINT64',
      data: BigUint64Array.of(18446744073709551615n),
    });
    expect(encodeSeldonJson(unwired(message({ kind: 'tensors', tensors: [big] }, 'ndarray'))).toString()).toContain(
      '[[9007199254740993,-1]]',
    );
  });

  test('are doubles where a double is what was written', () => {
    expect(tensor('{"data":{"ndarray":[9007199254740992,1e300,123456789012345680000]}}')).toMatchObject({
      datatype: 'FP64',
      data: Float64Array.of(2 ** 53, 1e300, 123456789012345680000),
    });
  });

  test('are refused where nothing holds them', () => {
    expect(() => decode('{"data":{"ndarray":[[0.5,9007199254740993]]}}').payload).toThrow(
      'data.ndarray, element 1: 9007199254740993 would be changed to the double 9007199254740992',
    );
    expect(() => decode('{"data":{"ndarray":[123456789012345678901234567890]}}').payload).toThrow('would be changed to the double');
    expect(() => decode('{"data":{"tensor":{"shape":[1],"values":[1e999]}}}').payload).toThrow(
      'data.tensor.values[0] is beyond what a double can hold',
    );
  });
});

describe('what is wrong is told with its place', () => {
  test.each([
    ['{"data":{"ndarray":[[NaN]]}}', 'the body is not valid JSON: NaN at position 21 is not a number in JSON'],
    ['{"data":{"ndarray":[[-Infinity]]}}', '-Infinity at position 21'],
    ['{"data":', 'it ends too early, after 8 characters'],
    ['[1]', 'the body is a list, not an object'],
    ['{"data":[1]}', 'data is a list, not an object'],
    ['{"data":{"ndarray":1}}', 'data.ndarray is 1, not a list'],
    ['{"data":{"names":[1],"ndarray":[1]}}', 'data.names[0] is 1, not a string'],
    ['{"data":{"tensor":{"shape":[2],"values":[1]}}}', 'shape [2] holds 2 elements, but 1 were sent'],
    ['{"data":{"tensor":{"shape":[-1,3],"values":[1]}}}', 'shape [0,3] holds 0 elements, but 1 were sent'],
    ['{"data":{"tensor":{"shape":[-1,-1],"values":[1]}}}', 'dimension -1 of shape'],
    ['{"data":{"tensor":{"shape":["1"],"values":[1]}}}', 'data.tensor.shape[0] is "1", not a number'],
    ['{"data":{"tensor":{"shape":[1],"values":["1"]}}}', 'data.tensor.values[0] is "1", not a number'],
    ['{"strData":1}', 'strData is 1, not a string'],
    ['{"binData":"?"}', 'binData is not base64'],
    ['{"customData":{"@type":"x"}}', 'Invalid request data type: customData'],
  ])('%s', (text, expected) => {
    expect(() => decode(text).payload).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(expected) }),
    );
  });

  test('bytes that are no UTF-8', () => {
    expect(() => decodeSeldonJson(Buffer.from([0x7b, 0xff, 0x7d])).payload).toThrow('the body is not UTF-8 text');
  });
});

describe('meta', () => {
  test('is read without the data, even if that is broken', () => {
    expect(decode('{"data":{"ndarray":[[1,]]}, "meta":{"puid":"a","routing":{"r":-1}}}').meta).toEqual({ puid: 'a', routing: { r: -1 } });
  });

  test('is not looked for where its name does not occur', () => {
    expect(decode('this is no JSON').meta).toEqual({});
  });

  test('is found under a name with escapes, and not in the depth or in a string', () => {
    expect(decode('{"m\\u0065ta":{"puid":"a"}}').meta).toEqual({ puid: 'a' });
    expect(decode('{"jsonData":{"meta":{"puid":"a"}},"strData":"\\"meta\\":{}"}').meta).toEqual({});
  });

  test('the last of two counts, as in JSON.parse', () => {
    expect(decode('{"meta":{"puid":"a"},"meta":{"puid":"b"}}').meta).toEqual({ puid: 'b' });
  });

  test.each([
    ['{"meta":1}', 'meta is 1, not an object'],
    ['{"meta":{"puid":1}}', 'meta.puid is 1, not a string'],
    ['{"meta":{"routing":{"r":0.5}}}', 'meta.routing["r"] is 0.5, not a whole number'],
    ['{"meta":{"metrics":[{"key":"a","value":"b"}]}}', 'meta.metrics[0].value is "b", not a finite number'],
    ['{"meta":{"puid":"a"', 'the end of the value that begins at position 8 was expected'],
  ])('%s is refused', (text, message) => {
    expect(() => decode(text).meta).toThrow(message);
  });

  test('metrics may give their kind by name or by number; one that has no place here is left out', () => {
    const metrics = [
      { key: 'a', type: 'TIMER', value: 1.5 },
      { key: 'b', type: 1, value: 2, tags: { x: 'y' } },
      { key: 'c' },
      { key: 'd', type: 'HISTOGRAM' },
    ];
    expect(decode(JSON.stringify({ meta: { metrics } })).meta.metrics).toEqual([
      { key: 'a', type: 'TIMER', value: 1.5 },
      { key: 'b', type: 'GAUGE', value: 2, tags: { x: 'y' } },
      { key: 'c', type: 'COUNTER', value: 0 },
    ]);
  });
});

describe('what an answer looks like', () => {
  const classes = ['class:0', 'class:1'];
  const y: Tensor = { name: 'y', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.25, 0.75) };
  const write = (tensor: Tensor, encoding: Message['encoding']) =>
    (JSON.parse(encodeSeldonJson(message({ kind: 'tensors', tensors: [tensor] }, encoding, { puid: 'p' })).toString()) as { data: unknown })
      .data;

  test('meta first, complete, then data', () => {
    const answer = message({ kind: 'tensors', tensors: [{ ...y, columns: classes }] }, 'ndarray', {
      puid: 'p',
      requestPath: { rf: 'image' },
    });
    expect(encodeSeldonJson(answer).toString()).toBe(
      '{"meta":{"puid":"p","tags":{},"routing":{},"requestPath":{"rf":"image"}},"data":{"names":["class:0","class:1"],"ndarray":[[0.25,0.75]]}}',
    );
  });

  test('columns without names are t:0, t:1, … of what a model gave, and none of what came from a client', () => {
    expect(write(y, 'ndarray')).toMatchObject({ names: ['t:0', 't:1'] });
    expect(write({ ...y, shape: [2] }, 'ndarray')).toMatchObject({ names: [] });
    expect(write({ ...y, name: '' }, 'ndarray')).toMatchObject({ names: [] });
  });

  test('numbers are written in each form, and as tensor where none was asked for', () => {
    expect(write(y, 'tensor')).toEqual({ names: ['t:0', 't:1'], tensor: { shape: [1, 2], values: [0.25, 0.75] } });
    expect(write(y, 'oip')).toEqual(write(y, 'tensor'));
    expect(write(y, 'none')).toEqual(write(y, 'tensor'));
    expect(write(y, 'tftensor')).toEqual({
      names: ['t:0', 't:1'],
      tftensor: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '1' }, { size: '2' }] }, floatVal: [0.25, 0.75] },
    });
  });

  test('strings are an ndarray, whatever was asked for', () => {
    const texts: Tensor = { name: 'y', datatype: 'BYTES', shape: [2], data: [bytes('a'), bytes('é')] };
    expect(write(texts, 'tensor')).toEqual({ names: [], ndarray: ['a', 'é'] });
  });

  test('a scalar is a list of one', () => {
    expect(write({ name: 'y', datatype: 'INT32', shape: [], data: Int32Array.of(7) }, 'ndarray')).toEqual({ names: [], ndarray: [7] });
  });

  test('half floats are written as the numbers that they are', () => {
    expect(write({ name: 'y', datatype: 'FP16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) }, 'ndarray')).toEqual({
      names: [],
      ndarray: [1, -2],
    });
    expect(write({ name: 'y', datatype: 'BF16', shape: [1], data: Uint16Array.of(0x3f80) }, 'ndarray')).toEqual({
      names: [],
      ndarray: [1],
    });
  });

  test('several tensors are jsonData, by name', () => {
    const answer = message({ kind: 'tensors', tensors: [y, { ...y, name: 'z', shape: [2] }] }, 'ndarray');
    expect(JSON.parse(encodeSeldonJson(answer).toString())).toMatchObject({ jsonData: { y: [[0.25, 0.75]], z: [0.25, 0.75] } });
  });

  test.each(['tensor', 'ndarray', 'tftensor'] as const)('a number that is not finite is an error of ours, as %s', (encoding) => {
    const bad: Tensor = { ...y, data: Float32Array.of(0.25, NaN) };
    expect(() => write(bad, encoding)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('element 1 is NaN') }),
    );
  });

  test('so it is in JSON, in tags, and for bytes that are no text', () => {
    expect(() => encodeSeldonJson(message({ kind: 'json', json: { a: [Infinity] } }))).toThrow('the answer has Infinity at "0"');
    expect(() => encodeSeldonJson(message({ kind: 'empty' }, 'none', { tags: { drift: NaN } }))).toThrow('meta: "drift" is NaN');
    expect(() => write({ name: 'y', datatype: 'BYTES', shape: [1], data: [Uint8Array.of(0xff)] }, 'ndarray')).toThrow(
      'element 0 is not UTF-8 text',
    );
  });
});
