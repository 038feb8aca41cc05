import { InferenceError } from '../error.ts';

export type Exact =
  | { readonly datatype: 'FP64'; readonly data: Float64Array }
  | { readonly datatype: 'INT64'; readonly data: BigInt64Array }
  | {
      readonly datatype: 'UINT64';
      readonly data: BigUint64Array;
    };

/**
 * Numbers as they are, unless a double is not what was written: then 64-bit integers. `reread` gives them once more, those beyond 2^53 as
 * BigInt; `place` says where one stands.
 * @throws InferenceError INVALID_ARGUMENT for a number that neither holds
 */
export function exactNumbers(numbers: Float64Array, reread: () => (number | bigint)[], place: (index: number) => string): Exact {
  let unsafe = false;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] as number;
    if (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) continue;
    if (!Number.isFinite(value)) throw new InferenceError('INVALID_ARGUMENT', `${place(index)} is beyond what a double can hold`);
    unsafe = true;
  }
  if (!unsafe) return { datatype: 'FP64', data: numbers };
  const written = reread();
  const changed = written.findIndex((value) => typeof value === 'bigint' && String(Number(value)) !== String(value));
  if (changed < 0) return { datatype: 'FP64', data: numbers };
  if (written.every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))) {
    const integers = written.map((value) => BigInt(value));
    if (integers.every((value) => BigInt.asIntN(64, value) === value)) return { datatype: 'INT64', data: BigInt64Array.from(integers) };
    if (integers.every((value) => BigInt.asUintN(64, value) === value)) return { datatype: 'UINT64', data: BigUint64Array.from(integers) };
  }
  const message = `${place(changed)}: ${written[changed]} would be changed to the double ${numbers[changed]}`;
  throw new InferenceError('INVALID_ARGUMENT', `${message}; an integer beyond 2^53 is kept only among integers of 64 bits`);
}
