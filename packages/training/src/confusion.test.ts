import { describe, expect, test } from 'vitest';
import { formatConfusion } from './confusion.ts';
import { evaluate } from './evaluation.ts';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

describe('formatConfusion', () => {
  test('draws truth down and prediction across, with dots for zeros', () => {
    expect(formatConfusion(evaluate([0, 0, 1, 1, 1], [0, 1, 1, 1, 1], ['cat', 'dog']))).toBe(
      `truth │ predicted
      │ cat dog
──────┼────────
  cat │   1   1
  dog │   ·   3
`,
    );
  });

  test('keeps ten classes of five-digit counts within 80 columns', () => {
    const labels = Array.from({ length: 200_000 }, (_, row) => row % 10);
    const text = formatConfusion(evaluate(labels, labels, digits));
    expect(text).toContain('20000');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('shortens long names', () => {
    const text = formatConfusion(evaluate([0, 1], [0, 1], ['a very long class name', 'b']));
    expect(text).toContain('a very long c… │');
    expect(text).toContain(' a ve…');
  });

  test('lists the largest mistakes where the matrix would be too wide, most frequent first', () => {
    const names = Array.from({ length: 200 }, (_, index) => `class-${index}`);
    const lines = formatConfusion(evaluate([0, 7, 7, 7, 9, 9, 199], [0, 8, 8, 7, 10, 11, 199], names)).split('\n');
    expect(lines[0]).toBe('200 classes; the 3 largest of 3 confusions, truth → predicted:');
    expect(lines[1]).toBe('      2  class-7 → class-8');
    expect(lines.slice(2, 4)).toEqual(['      1  class-9 → class-10', '      1  class-9 → class-11']);
  });
});
