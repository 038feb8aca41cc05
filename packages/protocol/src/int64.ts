import { InferenceError } from './error.ts';
import type { Int64 } from './generated/messages.ts';

/** A 64-bit integer of protobufjs, exact. */
export function toBigInt(value: Int64): bigint {
  if (typeof value === 'number') return BigInt(value);
  const high = value.unsigned ? value.high >>> 0 : value.high | 0;
  return (BigInt(high) << 32n) | BigInt(value.low >>> 0);
}

/** For protobufjs: it takes the two halves as they are. */
export function fromBigInt(value: bigint, unsigned: boolean): Int64 {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned };
}

/** Dimensions as numbers. @throws InferenceError INVALID_ARGUMENT beyond 2^53 */
export function toDimensions(shape: readonly Int64[] | undefined): number[] {
  return (shape ?? []).map((size) => {
    const number = Number(toBigInt(size));
    if (Number.isSafeInteger(number)) return number;
    throw new InferenceError('INVALID_ARGUMENT', `dimension ${toBigInt(size)} of a shape is too large`);
  });
}
