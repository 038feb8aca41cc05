import { expect, test } from 'vitest';
import { parseNumber, saysMissing } from './csv-cells.ts';

test.each([
  ['7', 7],
  [' -0.5 ', -0.5],
  ['1e3', 1000],
  ['0x10', undefined],
  ['1e999', undefined],
  ['', undefined],
  ['NaN', undefined],
  ['red', undefined],
])('%j is the number %s', (cell, number) => expect(parseNumber(cell)).toBe(number));

test.each(['', '  ', 'NA', 'na', 'N/A', 'NaN', ' nan', 'null', 'NULL', '?'])('%j is missing', (cell) =>
  expect(saysMissing(cell)).toBe(true),
);

test.each(['0', '-', 'none', 'Nancy', 'nan nan'])('%j is not missing', (cell) => expect(saysMissing(cell)).toBe(false));
