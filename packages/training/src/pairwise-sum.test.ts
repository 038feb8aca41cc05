import { expect, test } from 'vitest';
import { pairwiseSum } from './pairwise-sum.ts';

// NumPy 2.4: np.add.reduce([1 / (k + 3) for k in range(n)])
test.each([
  [1, 1 / 3],
  [7, 1.328968253968254],
  [8, 1.4289682539682538],
  [129, 3.956224926052236],
  [1000, 5.987467865541362],
])('sums %d numbers to the last bit as NumPy does', (length, sum) =>
  expect(pairwiseSum(Array.from({ length }, (_, k) => 1 / (k + 3)))).toBe(sum),
);
