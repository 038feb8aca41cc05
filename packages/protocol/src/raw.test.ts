import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfNumbers, numbersOfBytes } from './raw.ts';
import { allocate, allocateUnsafe, byteSize, datatypes, type Datatype } from './tensor.ts';

const numeric = datatypes.filter((datatype): datatype is Exclude<Datatype, 'BYTES'> => datatype !== 'BYTES');
const anyArray = fc
  .record({ datatype: fc.constantFrom(...numeric), bytes: fc.uint8Array({ maxLength: 400 }) })
  .map(({ datatype, bytes }) => ({ datatype, bytes: bytes.slice(0, bytes.length - (bytes.length % byteSize(datatype))) }));

test('numbers of bytes are those bytes again, however many, wherever they lie, and in an array of their own', () => {
  fc.assert(
    fc.property(anyArray, fc.nat(7), ({ datatype, bytes }, offset) => {
      const placed = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
      const numbers = numbersOfBytes('x', datatype, placed);
      expect(Buffer.compare(bytesOfNumbers(numbers), bytes)).toBe(0);
      const own = allocate(datatype, numbers.length);
      own.set(numbers as never);
      const again = bytesOfNumbers(own);
      if (datatype !== 'FP32' && datatype !== 'FP64') expect(Buffer.compare(again, bytes)).toBe(0); // copies of a NaN may have other bits
      expect(again.byteLength).toBe(bytes.length);
    }),
  );
});

test('arrays that are cut from one memory do not overlap, and hold what is written', () => {
  const arrays = Array.from({ length: 500 }, (_, at) => allocateUnsafe(numeric[at % numeric.length]!, at % 37));
  const big = (at: number): never =>
    (arrays[at] instanceof BigInt64Array || arrays[at] instanceof BigUint64Array ? BigInt(at % 100) : at % 100) as never;
  for (const [at, array] of arrays.entries()) array.fill(big(at));
  for (const [at, array] of arrays.entries()) {
    expect(array).toHaveLength(at % 37);
    expect([...array].every((value) => value === big(at))).toBe(true);
  }
});
