import * as fc from 'fast-check';
import type { Encoding, Meta, Payload } from '../call.ts';
import { allocate, datatypes, elementCount, type Datatype, type Tensor } from '../tensor.ts';

/** Strings that codecs stumble over: quotes, backslashes, control characters, brackets, other planes, names of members. */
export const nastyString = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\u0000', '\u007f', 'é', '😀', 'u', 'n') }),
  fc.constantFrom('meta', '"meta"', 'data', '__proto__', 'constructor', ''),
);

/** Doubles that JSON can write and read back: finite, and not −0, which `JSON.stringify` writes as 0. */
export const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));

export const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

const integers: Partial<Record<Datatype, fc.Arbitrary<number | bigint>>> = {
  BOOL: fc.integer({ min: 0, max: 1 }),
  UINT8: fc.integer({ min: 0, max: 255 }),
  UINT16: fc.integer({ min: 0, max: 65_535 }),
  UINT32: fc.integer({ min: 0, max: 4_294_967_295 }),
  UINT64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  INT8: fc.integer({ min: -128, max: 127 }),
  INT16: fc.integer({ min: -32_768, max: 32_767 }),
  INT32: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
  INT64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  FP16: fc.integer({ min: 0, max: 0x7bff }), // bits of finite numbers
  BF16: fc.integer({ min: 0, max: 0x7f7f }),
  FP32: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  FP64: finite,
};

export function tensorOf(datatype: Datatype, name: fc.Arbitrary<string> = nastyString): fc.Arbitrary<Tensor> {
  return fc.tuple(name, shape).chain(([name, shape]) => {
    const length = elementCount(shape);
    const exactly = { minLength: length, maxLength: length };
    if (datatype === 'BYTES') {
      return fc.array(fc.uint8Array({ maxLength: 6 }), exactly).map((data): Tensor => ({ name, datatype, shape, data }));
    }
    return fc.array(integers[datatype] as fc.Arbitrary<number>, exactly).map((values): Tensor => {
      const data = allocate(datatype, length);
      data.set(values as never);
      return { name, datatype, shape, data };
    });
  });
}

export const anyTensor = fc.constantFrom(...datatypes).chain((datatype) => tensorOf(datatype));

export const meta: fc.Arbitrary<Meta> = fc
  .record(
    {
      puid: fc.string({ minLength: 1 }),
      tags: filled(fc.dictionary(key(), fc.oneof(finite, nastyString, fc.boolean(), fc.constant(null), fc.array(finite)))),
      routing: filled(fc.dictionary(key(), fc.integer({ min: -2, max: 100 }))),
      requestPath: filled(fc.dictionary(key(), nastyString)),
      metrics: fc.array(
        fc.record({
          key: fc.string(),
          type: fc.constantFrom('COUNTER' as const, 'GAUGE' as const, 'TIMER' as const),
          value: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  )
  .map((meta) => meta as Meta);

/** Protobuf's maps have no place for the name `__proto__` in the objects of protobufjs. */
function key(): fc.Arbitrary<string> {
  return nastyString.filter((name) => name !== '__proto__');
}

/** Empty maps are absent ones on protobuf's wire. */
function filled<T extends object>(map: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return map.filter((value) => Object.keys(value).length > 0);
}

/** Payloads as Seldon's data can hold them without loss, each with the encoding in which it does. */
export const content: fc.Arbitrary<{ encoding: Encoding; payload: Payload }> = fc.oneof(
  fc.tuple(fc.constantFrom('tensor' as const, 'ndarray' as const), data(tensorOf('FP64', fc.constant('')))).map(([encoding, tensor]) => ({
    encoding,
    payload: { kind: 'tensors' as const, tensors: [tensor] },
  })),
  data(tensorOf('BOOL', fc.constant(''))).map((tensor) => ({
    encoding: 'ndarray' as const,
    payload: { kind: 'tensors' as const, tensors: [tensor] },
  })),
  fc
    .constantFrom(...datatypes.filter((datatype) => datatype !== 'BYTES'))
    .chain((datatype) => data(tensorOf(datatype, fc.constant(''))))
    .map((tensor) => ({ encoding: 'tftensor' as const, payload: { kind: 'tensors' as const, tensors: [tensor] } })),
  fc.array(nastyString, { minLength: 1 }).map((texts) => ({
    encoding: 'ndarray' as const,
    payload: {
      kind: 'tensors' as const,
      tensors: [{ name: '', datatype: 'BYTES' as const, shape: [texts.length], data: texts.map((text) => Buffer.from(text)) }],
    },
  })),
  fc.tuple(finite, nastyString).map(([number, text]) => ({
    encoding: 'ndarray' as const,
    payload: { kind: 'json' as const, json: [[number, text]], columns: ['a', 'b'] },
  })),
  fc
    .dictionary(key(), fc.oneof(finite, nastyString, fc.constant(null)))
    .map((json) => ({ encoding: 'none' as const, payload: { kind: 'json' as const, json } })),
  nastyString.map((text) => ({ encoding: 'none' as const, payload: { kind: 'text' as const, text } })),
  fc.uint8Array().map((bytes) => ({ encoding: 'none' as const, payload: { kind: 'bytes' as const, bytes } })),
  fc.constant({ encoding: 'none' as const, payload: { kind: 'empty' as const } }),
);

/** Sometimes with names of columns. */
function data(tensor: fc.Arbitrary<Tensor>): fc.Arbitrary<Tensor> {
  return fc.tuple(tensor, fc.boolean()).map(([tensor, named]) => {
    return named ? { ...tensor, columns: Array.from({ length: tensor.shape.at(-1) as number }, (_, index) => `class:${index}`) } : tensor;
  });
}
