import type { Datatype } from '@switchyard/protocol';
import type { ValueArray } from './session.ts';

/** A type of elements that goes into a model and comes out: what clients see, and what onnxruntime calls it. */
export type Element = {
  readonly datatype: Datatype;
  readonly type: 'float32' | 'float16' | 'float64' | `${'' | 'u'}int${8 | 16 | 32 | 64}` | 'string' | 'bool';
};

const arrays = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/** What a type has for nothing, so many times, as onnxruntime-node takes it. */
export const zeros = (type: Element['type'], count: number): ValueArray =>
  type === 'string' ? Array<string>(count).fill('') : new arrays[type](count);

const served: Readonly<Record<number, Element>> = {
  1: { datatype: 'FP32', type: 'float32' },
  2: { datatype: 'UINT8', type: 'uint8' },
  3: { datatype: 'INT8', type: 'int8' },
  4: { datatype: 'UINT16', type: 'uint16' },
  5: { datatype: 'INT16', type: 'int16' },
  6: { datatype: 'INT32', type: 'int32' },
  7: { datatype: 'INT64', type: 'int64' },
  8: { datatype: 'BYTES', type: 'string' },
  9: { datatype: 'BOOL', type: 'bool' },
  10: { datatype: 'FP32', type: 'float16' }, // clients send and get float32: half of it is exact in it
  11: { datatype: 'FP64', type: 'float64' },
  12: { datatype: 'UINT32', type: 'uint32' },
  13: { datatype: 'UINT64', type: 'uint64' },
};

const others: Readonly<Record<number, string>> = {
  14: 'COMPLEX64',
  15: 'COMPLEX128',
  16: 'BFLOAT16',
  17: 'FLOAT8E4M3FN',
  18: 'FLOAT8E4M3FNUZ',
  19: 'FLOAT8E5M2',
  20: 'FLOAT8E5M2FNUZ',
  21: 'UINT4',
  22: 'INT4',
  23: 'FLOAT4E2M1',
  24: 'FLOAT8E8M0',
  25: 'UINT2',
  26: 'INT2',
};

/** By ONNX' own number of it; the name of one that is not served. Source: onnx.proto, TensorProto.DataType. */
export const elementOf = (type: number): Element | string => served[type] ?? others[type] ?? `number ${type}`;

/** The largest number of float16. */
export const largestHalf = 65_504;
