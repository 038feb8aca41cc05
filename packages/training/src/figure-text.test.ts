import { expect, test } from 'vitest';
import { figureText, rightAligned } from './figure-text.ts';

// Python 3.11: format(value, f'.{digits}f')
test.each([
  [0.125, 2, '0.12'],
  [0.375, 2, '0.38'],
  [0.625, 2, '0.62'],
  [0.875, 2, '0.88'],
  [-0.125, 2, '-0.12'],
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [0.0625, 3, '0.062'],
  [0.03125, 4, '0.0312'],
  [0.005, 2, '0.01'], // as a double a little above
  [0.015, 2, '0.01'], // and a little below
  [1.005, 2, '1.00'],
  [0, 2, '0.00'],
])('%d with %d decimals is %s', (value, digits, text) => expect(figureText(value, digits)).toBe(text));

test('aligns by characters, not by their parts', () => {
  expect(rightAligned('🐈', 3)).toBe('  🐈');
  expect(rightAligned('long', 3)).toBe('long');
});
