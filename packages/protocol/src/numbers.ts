import { InferenceError } from './error.ts';
import { fromBfloat16, fromHalf } from './half.ts';
import type { NumericArray, Tensor } from './tensor.ts';

/** Typed arrays whose elements are JavaScript numbers. */
export type NumberArray = Exclude<NumericArray, BigInt64Array | BigUint64Array>;

/**
 * A tensor's elements as JavaScript numbers, without a copy where they are numbers already; FP16 and BF16 are widened from their bits.
 * @throws InferenceError INVALID_ARGUMENT for BYTES, and for a 64-bit integer that a number cannot hold exactly
 */
export function toNumbers(tensor: Tensor): NumberArray {
  const { name, datatype } = tensor;
  if (datatype === 'BYTES') throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}" holds BYTES, not numbers`);
  const data = tensor.data as NumericArray;
  if (datatype === 'FP16') return Float32Array.from(data as Uint16Array, fromHalf);
  if (datatype === 'BF16') return Float32Array.from(data as Uint16Array, fromBfloat16);
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data;
  return Float64Array.from(data as Iterable<bigint> & ArrayLike<bigint>, (value, index) => {
    if (BigInt(Number(value)) === value) return Number(value);
    throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": element ${index}, ${value}, is beyond 2^53 and no exact double`);
  });
}

/**
 * As `toNumbers`, for an answer that has no place for what is not finite.
 * @throws InferenceError INTERNAL that names the value and its place
 */
export function toFiniteNumbers(tensor: Tensor): NumberArray {
  const numbers = toNumbers(tensor);
  if (!(numbers instanceof Float32Array || numbers instanceof Float64Array)) return numbers;
  for (let index = 0; index < numbers.length; index++) {
    if (Number.isFinite(numbers[index])) continue;
    throw new InferenceError('INTERNAL', `tensor "${tensor.name}": element ${index} is ${numbers[index]}, which JSON has no number for`);
  }
  return numbers;
}
