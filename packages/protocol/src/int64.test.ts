import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelInferRequest } from './generated/messages.ts';
import { fromBigInt, toBigInt, toDimensions } from './int64.ts';

test('every integer of 64 bits comes back from protobuf exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (signed, unsigned) => {
      const contents = { int64_contents: [fromBigInt(signed, false)], uint64_contents: [fromBigInt(unsigned, true)] };
      const back = ModelInferRequest.decode(ModelInferRequest.encode({ inputs: [{ contents }] }).finish()).inputs?.[0]?.contents;
      expect([back?.int64_contents, back?.uint64_contents].map((list) => list?.map(toBigInt))).toEqual([[signed], [unsigned]]);
    }),
  );
});

test('dimensions are numbers, as far as these are exact', () => {
  expect(toDimensions([3, fromBigInt(-1n, false)])).toEqual([3, -1]);
  expect(toDimensions(undefined)).toEqual([]);
  expect(() => toDimensions([fromBigInt(2n ** 60n, false)])).toThrow('dimension 1152921504606846976 of a shape is too large');
});
