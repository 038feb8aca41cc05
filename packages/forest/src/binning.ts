import { codesOf, type Codes } from './categories.ts';
import { missingBin } from './column-kind.ts';
import { ForestError } from './error.ts';
import { sortNumbers } from './sort-numbers.ts';

const mostBins = 255;
const together = 8; // columns that are read in one pass
const mostSampled = 200_000; // as LightGBM does: edges from more rows would hardly differ

type Numbers = Float32Array | Float64Array;

/** What the bytes of a column stand for: bin `b` holds what is above `edges[b − 1]` and not above `edges[b]`, or the categories of `codes[b]`. */
export type ColumnBins = { readonly missing: boolean } & ({ readonly edges: Float64Array } | { readonly codes: Codes });

/**
 * Writes each column's numbers as bytes into `bins`, column by column: at most 255 bins of about equally many rows, and `missingBin` for NaN;
 * a column with fewer distinct numbers gets one bin each. Edges are doubles half-way between neighbouring numbers, so a split of bins is exactly
 * a split of the numbers themselves. The method is the histogram binning of LightGBM (Ke et al., 2017).
 *
 * @throws ForestError where a number is infinite, or no category.
 */
export function binNumbers(
  features: Numbers,
  rows: number,
  columns: number,
  categorical: ReadonlySet<number>,
  bins: Uint8Array,
): ColumnBins[] {
  const block = features instanceof Float32Array ? new Float32Array(together * rows) : new Float64Array(together * rows);
  return Array.from({ length: columns }, (_, column) => {
    if (column % together === 0) readColumns(features, rows, columns, column, block);
    const from = (column % together) * rows;
    const values = block.subarray(from, from + rows);
    const known = knownOf(values, column);
    const missing = known.length < rows;
    const cells = bins.subarray(column * rows, (column + 1) * rows);
    const codes = categorical.has(column) ? codesOf(known, column) : undefined;
    if (codes) {
      for (let row = 0; row < rows; row++) {
        const value = values[row] as number;
        cells[row] = Number.isNaN(value) ? missingBin : (codes.binOf[value] as number);
      }
      return { missing, codes: codes.byBin };
    }
    const edges = findEdges(sortNumbers(sampled(known)));
    assignBins(values, edges, cells);
    return { missing, edges };
  });
}

/** Reads the next columns into a block, one after the other: together, since they lie in the same cache lines. */
function readColumns(features: Numbers, rows: number, columns: number, first: number, block: Numbers): void {
  const end = Math.min(together, columns - first);
  for (let row = 0; row < rows; row++) {
    const cell = row * columns + first;
    for (let ahead = 0; ahead < end; ahead++) block[ahead * rows + row] = features[cell + ahead] as number;
  }
}

/** The numbers of a column that are there: not NaN. @throws ForestError where one is infinite. */
function knownOf(values: Numbers, column: number): Numbers {
  let known = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value === Infinity || value === -Infinity)
      throw new ForestError(`row ${row}, column ${column} is ${value}; a forest needs finite numbers, or NaN for what is missing`);
    known += Number(!Number.isNaN(value));
  }
  return known === values.length ? values : values.filter((value) => !Number.isNaN(value));
}

/** Up to `mostSampled` of the numbers, evenly from all of them. */
function sampled(values: Numbers): Numbers {
  const step = Math.max(1, Math.ceil(values.length / mostSampled));
  if (step === 1) return values;
  const sample = values.slice(0, Math.ceil(values.length / step));
  for (let index = 0; index < sample.length; index++) sample[index] = values[index * step] as number;
  return sample;
}

function findEdges(sorted: Numbers): Float64Array {
  const edges: number[] = [];
  for (let index = 1; index < sorted.length && edges.length < mostBins; index++)
    if (sorted[index] !== sorted[index - 1]) edges.push(between(sorted[index - 1] as number, sorted[index] as number));
  if (edges.length < mostBins) return Float64Array.from(edges); // each number has its own bin
  edges.length = 0;
  for (let bin = 1, from = 0; bin < mostBins; bin++) {
    let index = Math.max(from + 1, Math.round((bin * sorted.length) / mostBins));
    while (index < sorted.length && sorted[index] === sorted[index - 1]) index++; // equal numbers stay together
    if (index >= sorted.length) break;
    edges.push(between(sorted[index - 1] as number, sorted[index] as number));
    from = index;
  }
  return Float64Array.from(edges);
}

/** Half-way, yet never so rounded that it reaches the upper one. */
function between(lower: number, upper: number): number {
  const middle = lower / 2 + upper / 2;
  return middle >= lower && middle < upper ? middle : lower;
}

/** Finds each number's bin by halving: eight comparisons, written out so that none is a branch to mispredict. */
function assignBins(values: Numbers, edges: Float64Array, bins: Uint8Array): void {
  const padded = new Float64Array(256).fill(Infinity);
  padded.set(edges);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    let bin = Number(value > (padded[127] as number)) << 7;
    bin += Number(value > (padded[bin + 63] as number)) << 6;
    bin += Number(value > (padded[bin + 31] as number)) << 5;
    bin += Number(value > (padded[bin + 15] as number)) << 4;
    bin += Number(value > (padded[bin + 7] as number)) << 3;
    bin += Number(value > (padded[bin + 3] as number)) << 2;
    bin += Number(value > (padded[bin + 1] as number)) << 1;
    bin += Number(value > (padded[bin] as number));
    bins[row] = Number.isNaN(value) ? missingBin : bin;
  }
}
