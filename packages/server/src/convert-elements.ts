import {
  allocate,
  allocateUnsafe,
  fromBfloat16,
  fromHalf,
  InferenceError,
  type Datatype,
  type NumberArray,
  type NumericArray,
  type Signature,
  type Tensor,
  type TensorData,
  type TensorSpec,
} from '@switchyard/protocol';
import type { Scaling } from '@switchyard/artifact';
import { checkNumbers, copyNumbers, copyWholes, type Limits, type Loop } from './element-loops.ts';

type Target = { readonly spec: TensorSpec; readonly shape: readonly number[]; readonly expected: string };

const limits: Record<Exclude<Datatype, 'BYTES'>, Limits & { readonly whole: boolean }> = {
  BOOL: { low: 0, high: 1, whole: true },
  UINT8: { low: 0, high: 255, whole: true },
  UINT16: { low: 0, high: 65_535, whole: true },
  UINT32: { low: 0, high: 4_294_967_295, whole: true },
  UINT64: { low: 0, high: 2 ** 64, whole: true },
  INT8: { low: -128, high: 127, whole: true },
  INT16: { low: -32_768, high: 32_767, whole: true },
  INT32: { low: -2_147_483_648, high: 2_147_483_647, whole: true },
  INT64: { low: -(2 ** 63), high: 2 ** 63, whole: true },
  FP16: { low: -65_504, high: 65_504, whole: false },
  BF16: { low: -3.39e38, high: 3.39e38, whole: false },
  FP32: { low: -3.4028234663852886e38, high: 3.4028234663852886e38, whole: false },
  FP64: { low: -Number.MAX_VALUE, high: Number.MAX_VALUE, whole: false },
};

/**
 * A tensor's elements as the spec's datatype, each looked at once. Where nothing is to change, the very array that came is given.
 * @param scale Of the artifact, where it has one.
 * @throws InferenceError INVALID_ARGUMENT at the first element that does not fit
 */
export function convertElements(tensor: Tensor, target: Target, scale?: Loop): TensorData {
  const { datatype } = target.spec;
  if (tensor.datatype === 'BYTES' || datatype === 'BYTES') return sameBytes(tensor, target);
  if (datatype === 'FP16' || datatype === 'BF16')
    throw new InferenceError('INTERNAL', `no model may take ${datatype}: declare FP32 in its signature`);
  const data = tensor.data as NumericArray;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return fromBigInts(data, tensor, target, scale);
  if (tensor.datatype === 'FP16' || tensor.datatype === 'BF16') {
    const widen = tensor.datatype === 'FP16' ? fromHalf : fromBfloat16;
    return fromNumbers(Float32Array.from(data, widen), 'FP32', target, scale);
  }
  return fromNumbers(data, tensor.datatype, target, scale);
}

function fromNumbers(data: NumberArray, source: Datatype, target: Target, scale: Loop | undefined): TensorData {
  const { datatype } = target.spec as { datatype: Exclude<Datatype, 'BYTES'> };
  const fits = bounds(target.spec, source);
  if (!scale && datatype === source) {
    run(data, data, target, (from) => checkNumbers(data, from, fits));
    return data;
  }
  const out = allocateUnsafe(datatype, data.length); // all of it is written, or the request refused
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    run(data, data, target, (from) => copyWholes(data, from, fits, data));
    for (let index = 0; index < data.length; index++) out[index] = exactBigInt(data[index] as number, index, target);
    return out;
  }
  if (!limits[datatype].whole) {
    const loop = scale ?? copyNumbers;
    run(data, out, target, (from) => loop(data, from, fits, out));
    return out;
  }
  run(data, out, target, (from) => copyWholes(data, from, fits, out));
  return scale ? rounded(out, fits, scale) : out;
}

/** Runs a loop to the end, over the values that are missing, where the model knows what to do without one. */
function run(data: NumberArray, out: NumberArray, target: Target, loop: (from: number) => number): void {
  for (let at = 0; (at = loop(at)) < data.length; at++) {
    const value = data[at] as number;
    if (target.spec.missing !== true || !Number.isNaN(value)) refuse(value, at, target);
    out[at] = Number.NaN;
  }
}

/** Whole numbers that are scaled are whole again. */
function rounded(whole: NumberArray, fits: Limits, scale: Loop): NumberArray {
  const scaled = new Float64Array(whole.length);
  scale(whole, 0, fits, scaled);
  whole.set(scaled.map(Math.round));
  return whole;
}

/** 64-bit whole numbers stay exact where the input takes them; elsewhere they are numbers like others. */
function fromBigInts(data: BigInt64Array | BigUint64Array, tensor: Tensor, target: Target, scale: Loop | undefined): TensorData {
  const { spec } = target;
  if (spec.datatype !== 'INT64' && spec.datatype !== 'UINT64') return fromNumbers(Float64Array.from(data, Number), 'FP64', target, scale);
  const { low, high } = bounds(spec, tensor.datatype);
  const out = spec.datatype === tensor.datatype ? data : allocate(spec.datatype, data.length);
  for (let index = 0; index < data.length; index++) {
    const value = data[index] as bigint;
    const fits = spec.datatype === 'INT64' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
    if (!fits || value < low || value > high) refuse(value, index, target);
    if (out !== data) out[index] = value;
  }
  return out;
}

/**
 * What a value may be: the stated range, else what the datatype holds. A float32 that a client rounded from the very end of the range is
 * in it, though it may lie a hair outside as a double.
 */
function bounds({ datatype, range }: TensorSpec, source: Datatype): Limits {
  const { low, high } = limits[datatype as Exclude<Datatype, 'BYTES'>];
  if (!range) return { low, high };
  if (source !== 'FP32') return { low: Math.max(low, range.min), high: Math.min(high, range.max) };
  return {
    low: Math.max(low, Math.min(range.min, Math.fround(range.min))),
    high: Math.min(high, Math.max(range.max, Math.fround(range.max))),
  };
}

/** @throws Error where scaling cannot be applied to these inputs: an artifact at odds with itself */
export function checkScaling({ inputs }: Signature, { scale, offset }: Scaling): void {
  const [spec] = inputs;
  const width = spec?.shape.at(-1);
  if (inputs.length !== 1 || !spec || spec.datatype === 'BYTES' || spec.datatype === 'INT64' || spec.datatype === 'UINT64') {
    throw new Error(
      `scaling is for one numeric input of up to 32-bit integers or floats; this model has ${inputs.map(({ datatype }) => datatype).join(', ')}`,
    );
  }
  for (const [what, values] of Object.entries({ scale, offset })) {
    if (typeof values !== 'number' && values.length !== width) {
      throw new Error(`scaling has ${values.length} values of ${what}; input "${spec.name}" has ${width} columns`);
    }
  }
}

function exactBigInt(value: number, index: number, target: Target): bigint {
  if (!Number.isSafeInteger(value)) refuse(value, index, target, 'is beyond 2^53, where JSON numbers are not exact');
  return BigInt(value);
}

function sameBytes(tensor: Tensor, { spec, expected }: Target): TensorData {
  if (tensor.datatype === spec.datatype) return tensor.data;
  throw new InferenceError('INVALID_ARGUMENT', `input "${spec.name}" has datatype ${tensor.datatype}; ${expected}`);
}

function refuse(value: number | bigint, index: number, { spec, shape, expected }: Target, reason?: string): never {
  const message = `input "${spec.name}" ${place(index, shape)}: ${value} ${reason ?? fault(value, spec)}; ${expected}`;
  throw new InferenceError('INVALID_ARGUMENT', message);
}

function fault(value: number | bigint, { datatype, range }: TensorSpec): string {
  if (!Number.isFinite(Number(value))) return 'is not a finite number';
  if (range && (value < range.min || value > range.max)) return `is outside ${range.min}..${range.max}`;
  if (limits[datatype as Exclude<Datatype, 'BYTES'>].whole && !Number.isInteger(Number(value))) return 'is not a whole number';
  return `does not fit ${datatype}`;
}

function place(index: number, shape: readonly number[]): string {
  if (shape.length === 1) return `row ${index}`;
  const at = shape.map((_, axis) => Math.floor(index / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % (shape[axis] as number));
  return shape.length === 2 ? `row ${at[0]}, column ${at[1]}` : `element [${at.join(', ')}]`;
}
