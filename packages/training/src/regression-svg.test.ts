import { expect, test } from 'vitest';
import { regressionSvg } from './regression-svg.ts';

test('draws where predicted and true values meet, the fuller cell darker', () => {
  const svg = regressionSvg([0, 10, 10, 10], [0, 10, 10, 0]);
  expect(svg).toContain('<rect x="80" y="512" width="8" height="8"'); // 0, 0: at the left, below
  expect(svg).toMatch(/<rect x="552" y="40" width="8" height="8" fill="#08306b"><title>2 rows</); // 10, 10: at the right, above
  expect(svg).toMatch(/<rect x="552" y="512" width="8" height="8"[^>]*><title>1 rows</);
});

test('draws a single value', () => {
  expect(regressionSvg([3], [3])).not.toMatch(/NaN|Infinity/);
});
