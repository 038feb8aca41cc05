import { expect, test } from 'vitest';
import { fromHalf, toHalf } from './half.ts';

const finite = Array.from({ length: 0x7c00 }, (_, bits) => bits);

test('every half float comes back from its number', () => {
  const wrong = finite.flatMap((bits) => [bits, bits | 0x8000]).filter((bits) => toHalf(fromHalf(bits)) !== bits);
  expect(wrong).toEqual([]);
  expect([Infinity, -Infinity, NaN].map(toHalf)).toEqual([0x7c00, 0xfc00, 0x7e00]);
});

test('what is between two is the nearer one, and half-way the even one', () => {
  const wrong = finite.slice(0, -1).filter((bits) => {
    const [low, high] = [fromHalf(bits), fromHalf(bits + 1)];
    const middle = (low + high) / 2;
    const ends = [(middle * 3 + low) / 4, (middle * 3 + high) / 4].map(toHalf);
    return toHalf(middle) !== bits + (bits & 1) || ends[0] !== bits || ends[1] !== bits + 1;
  });
  expect(wrong).toEqual([]);
  expect([65_519.99, 65_520, -1e300, 2 ** -26, 5e-324].map(toHalf)).toEqual([0x7bff, 0x7c00, 0xfc00, 0, 0]);
});
