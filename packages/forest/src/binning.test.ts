import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binNumbers as binInto, type ColumnBins } from './binning.ts';
import { missingBin } from './column-kind.ts';
import type { Codes } from './categories.ts';
import { ForestError } from './error.ts';

/** The bins, and the edges of each column. */
function binNumbers(features: Float32Array | Float64Array, rows: number, columns: number, categorical: readonly number[] = []) {
  const bins = new Uint8Array(features.length);
  const byColumn = binInto(features, rows, columns, new Set(categorical), bins);
  const edgesOf = (column: ColumnBins) => ('edges' in column ? column.edges : new Float64Array());
  return { bins, edges: byColumn.map(edgesOf), byColumn };
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('binNumbers', () => {
  test('a split of bins is exactly a split of the numbers', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 700 }), (numbers) => {
        const { bins, edges } = binNumbers(Float64Array.from(numbers), numbers.length, 1);
        const [own] = edges as [Float64Array];
        expect(own.length).toBeLessThan(255);
        numbers.forEach((number, row) => {
          const bin = bins[row] as number;
          if (bin > 0) expect(number).toBeGreaterThan(own[bin - 1] as number);
          if (bin < own.length) expect(number).toBeLessThanOrEqual(own[bin] as number);
        });
      }),
    );
  });

  test('few distinct numbers get a bin each, with edges half-way', () => {
    const { bins, edges } = binNumbers(Float64Array.of(3, 1, 3, 2, -7), 5, 1);
    expect([...bins]).toEqual([3, 1, 3, 2, 0]);
    expect([...(edges[0] as Float64Array)]).toEqual([-3, 1.5, 2.5]);
  });

  test('many distinct numbers get bins of about equally many rows', () => {
    const numbers = Float64Array.from({ length: 25_500 }, (_, row) => Math.exp(((row * 7919) % 25_500) / 1000));
    const { bins, edges } = binNumbers(numbers, numbers.length, 1);
    const counts = Array.from({ length: 255 }, () => 0);
    for (const bin of bins) counts[bin]!++;
    expect(edges[0]).toHaveLength(254);
    expect(Math.min(...counts)).toBe(100);
    expect(Math.max(...counts)).toBe(100);
  });

  test('neighbouring doubles stay apart, as do the greatest and the least', () => {
    const next = 1 + Number.EPSILON;
    const { bins } = binNumbers(Float64Array.of(1, next, -Number.MAX_VALUE, Number.MAX_VALUE, 5e-324, 0), 6, 1);
    expect([...bins]).toEqual([3, 4, 0, 5, 2, 1]);
  });

  test('each column has its own edges', () => {
    const { bins, edges } = binNumbers(Float32Array.of(0, 10, 1, 10, 2, 20), 3, 2);
    expect([...bins]).toEqual([0, 1, 2, 0, 0, 1]); // column by column
    expect(edges.map((each) => [...each])).toEqual([[0.5, 1.5], [15]]);
  });

  test('more columns than are read in one pass are all read', () => {
    const columns = 19;
    const features = Float32Array.from({ length: 3 * columns }, (_, cell) => Math.floor(cell / columns) * (cell % columns));
    const { bins } = binNumbers(features, 3, columns);
    expect([...bins]).toEqual([0, 0, 0, ...Array.from({ length: columns - 1 }, () => [0, 1, 2]).flat()]);
  });

  test.each([Infinity, -Infinity])('%d is refused by row and column', (number) => {
    expect(() => binNumbers(Float64Array.of(1, 2, 3, number), 2, 2)).toThrow(ForestError);
    expect(() => binNumbers(Float64Array.of(1, 2, 3, number), 2, 2)).toThrow(`row 1, column 1 is ${number}`);
  });

  test('missing values have a bin of their own, above 255 others', () => {
    const numbers = Float64Array.from({ length: 3000 }, (_, row) => (row % 3 === 0 ? NaN : row));
    const { bins, edges, byColumn } = binNumbers(numbers, 3000, 1);
    expect(byColumn[0]!.missing).toBe(true);
    expect(edges[0]).toHaveLength(254);
    numbers.forEach((number, row) => expect(bins[row] === missingBin).toBe(Number.isNaN(number)));
    expect(binNumbers(Float64Array.of(NaN, NaN), 2, 1).edges[0]).toHaveLength(0);
  });

  test('categories have a bin each, the commonest first', () => {
    const { bins, byColumn } = binNumbers(Float64Array.of(7, 65_535, 7, 0, NaN, 0, 7), 7, 1, [0]);
    expect(byColumn).toEqual([{ missing: true, codes: [[7], [0], [65_535]] }]);
    expect([...bins]).toEqual([0, 2, 0, 1, missingBin, 1, 0]);
  });

  test('of more than 255 categories, the rarer ones share a bin', () => {
    const numbers = Float64Array.from({ length: 1000 }, (_, row) => (row < 600 ? row % 300 : row % 200));
    const { bins, byColumn } = binNumbers(numbers, 1000, 1, [0]);
    const codes = (byColumn[0] as { codes: Codes }).codes;
    expect(codes).toHaveLength(255);
    expect(codes[254]).toEqual(Array.from({ length: 46 }, (_, i) => 254 + i));
    numbers.forEach((number, row) => expect(codes[bins[row] as number]).toContain(number));
  });

  test.each([-1, 0.5, 65_536])('%d is no category', (number) => {
    expect(() => binNumbers(Float64Array.of(1, number), 1, 2, [1])).toThrow(`column 1 has the category ${number}`);
  });
});
