import { expect, test } from 'vitest';
import { numberCategories, type CodedColumn } from './categories.ts';

const column = (names: string[], ...codes: number[]): CodedColumn => ({ column: 0, names, codes: Uint16Array.from(codes) });

test('words are numbered in order over all tables, and other columns are left alone', () => {
  const train = { features: Uint8Array.of(0, 7, 0, 8), width: 2, columns: [column(['red', 'blue'], 0, 1)] };
  const test = { features: Uint8Array.of(0, 9), width: 2, columns: [column(['green'], 0)] };
  const { features, categories } = numberCategories([train, test]);
  expect(categories).toEqual([{ column: 0, words: ['blue', 'green', 'red'] }]);
  expect(features).toEqual([Uint8Array.of(2, 7, 0, 8), Uint8Array.of(1, 9)]);
});

test('whole numbers stay what they are, as wide as they need, also as pandas writes them beside missing values', () => {
  const { features, categories } = numberCategories([
    { features: Uint8Array.of(0, 0, 0), width: 1, columns: [column(['300', '2.0', ''], 0, 1, 2)] },
  ]);
  expect(features).toEqual([Float64Array.of(300, 2, NaN)]);
  expect(categories).toEqual([]);
});

test.each([[['1', '-1']], [['1', '65536']], [['1', 'one']], [['1', '1.5']]])('%j are words', (names) => {
  const { features, categories } = numberCategories([{ features: new Uint8Array(2), width: 1, columns: [column(names, 0, 1)] }]);
  expect(categories[0]!.words).toEqual(expect.arrayContaining(names));
  expect([...features[0]!].toSorted()).toEqual([0, 1]);
});
