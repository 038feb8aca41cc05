import { expect, it } from 'vitest';
import { exponent, growthSvg } from './growth-svg.ts';

it('finds the power by which a time grows', () => {
  expect(exponent([1, 2, 4], [3, 6, 12])).toBeCloseTo(1, 12);
  expect(exponent([10, 100, 1000], [1, 100, 10_000])).toBeCloseTo(2, 12);
});

it('draws both lines with their figures, the slower one above', () => {
  const svg = growthSvg([{ axis: 'rows', sizes: [10, 20], ours: [0.1, 0.2], peer: [0.4, 0.8] }]);
  expect(svg).toContain('switchyard: ∝ rows^1.00');
  expect(svg).toContain('M210 150L420 0'); // the peer, up to the top at the right
  expect(svg).toContain('M210 263L420 225');
  expect([...svg.matchAll(/fill="#\w+">(\d+)</g)].map(([, text]) => text)).toEqual(['400', '800', '100', '200']);
});
