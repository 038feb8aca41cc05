import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkNumbers, scaleNumbers } from './element-loops.ts';

const value = fc.oneof(
  { weight: 60, arbitrary: fc.float({ min: 0, max: 1, noNaN: true }) },
  fc.float(),
  fc.constantFrom(0, -0, 1, NaN, Infinity),
);
const floats = fc
  .tuple(fc.array(value, { maxLength: 100 }), fc.constantFrom(0, 1000, 16_384, 20_000))
  .map(([values, before]) => Float32Array.from([...new Float32Array(before).fill(0.5), ...values]));
const factor = fc.double({ min: -1000, max: 1000, noNaN: true });
const limits = fc.constantFrom(
  { low: 0, high: 1 },
  { low: Math.fround(-0.1), high: Math.fround(0.7) },
  { low: -3.4028234663852886e38, high: 3.4028234663852886e38 },
);

test('float32 within limits are found, and scaled, as one by one, from wherever', () => {
  fc.assert(
    fc.property(floats, limits, factor, factor, fc.nat(3), (data, fits, scale, offset, from) => {
      const outside = data.findIndex((each, at) => at >= from && !(each >= fits.low && each <= fits.high));
      const end = outside === -1 ? data.length : outside;
      expect(checkNumbers(data, from, fits)).toBe(end);
      const out = new Float32Array(data.length);
      expect(scaleNumbers({ scale, offset })(data, from, fits, out)).toBe(end);
      const expected = data.slice(from, end).map((each) => each * scale + offset);
      expect(Buffer.from(out.slice(from, end).buffer).equals(Buffer.from(expected.buffer))).toBe(true);
    }),
  );
});
