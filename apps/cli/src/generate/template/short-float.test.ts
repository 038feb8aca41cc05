import { expect, test } from 'vitest';
import { bitsOfFloat, floatOfBits, shortFloats } from './short-float.ts';

const half = shortFloats['FP16']!;
const brain = shortFloats['BF16']!;
const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);
const all = Array.from({ length: 2 ** 16 }, (_, each) => each);
const engine = new DataView(new ArrayBuffer(2)); // the engine's own halves

test('all halves are read as the engine reads them, and written back', () => {
  for (const each of all) {
    engine.setUint16(0, each);
    const value = engine.getFloat16(0);
    expect(floatOfBits(each, half)).toBe(value);
    if (!Number.isNaN(value)) expect(bitsOfFloat(value, half)).toBe(each);
  }
});

test('numbers between two halves become the nearer, or the even one', () => {
  const steps = [0.25, 0.5, 0.75, 0.5 - 2 ** -30, 0.5 + 2 ** -30];
  for (const each of all.filter((value) => (value & 0x7fff) < 0x7bff)) {
    const [low, high] = [floatOfBits(each, half), floatOfBits(each + 1, half)];
    for (const step of steps) {
      const value = low + (high - low) * step;
      engine.setFloat16(0, value);
      expect(bitsOfFloat(value, half), String(value)).toBe(engine.getUint16(0));
    }
  }
  for (const value of [65519, 65520, 1e300, -1e300, NaN]) {
    engine.setFloat16(0, value);
    expect(bitsOfFloat(value, half)).toBe(engine.getUint16(0));
  }
});

test('a bfloat is the upper half of a float32', () => {
  for (const each of all) {
    bits[0] = each << 16;
    const [value] = single as unknown as [number];
    expect(floatOfBits(each, brain)).toBe(value);
    if (!Number.isNaN(value)) expect(bitsOfFloat(value, brain)).toBe(each);
  }
});
