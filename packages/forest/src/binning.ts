import { codesOf, type Codes } from './categories.ts';
import { missingBin } from './column-kind.ts';
import { ForestError } from './error.ts';

const mostBins = 255;
const mostSampled = 200_000; // as LightGBM does: edges from more rows would hardly differ

/** What the bytes of a column stand for: bin `b` holds what is above `edges[b − 1]` and not above `edges[b]`, or the categories of `codes[b]`. */
export type ColumnBins = { readonly missing: boolean } & ({ readonly edges: Float64Array } | { readonly codes: Codes });

/**
 * Writes each column's numbers as bytes into `bins`, row-major as they are given: at most 255 bins of about equally many rows, and
 * `missingBin` for NaN; a column with fewer distinct numbers gets one bin each. Edges are doubles half-way between neighbouring numbers, so a
 * split of bins is exactly a split of the numbers themselves. The method is the histogram binning of LightGBM (Ke et al., 2017).
 *
 * @throws ForestError where a number is infinite, or no category.
 */
export function binNumbers(
  features: Float32Array | Float64Array,
  rows: number,
  columns: number,
  categorical: ReadonlySet<number>,
  bins: Uint8Array,
): ColumnBins[] {
  const values = new Float64Array(rows);
  return Array.from({ length: columns }, (_, column) => {
    let present = 0;
    for (let row = 0; row < rows; row++) {
      const value = features[row * columns + column] as number;
      if (value === Infinity || value === -Infinity)
        throw new ForestError(`row ${row}, column ${column} is ${value}; a forest needs finite numbers, or NaN for what is missing`);
      if (!Number.isNaN(value)) values[present++] = value;
    }
    const missing = present < rows;
    const known = values.subarray(0, present);
    const codes = categorical.has(column) ? codesOf(known, column) : undefined;
    if (codes) {
      for (let row = 0; row < rows; row++) {
        const value = features[row * columns + column] as number;
        bins[row * columns + column] = Number.isNaN(value) ? missingBin : (codes.binOf[value] as number);
      }
      return { missing, codes: codes.byBin };
    }
    const edges = findEdges(sampled(known).toSorted());
    assignBins(features, rows, columns, column, edges, bins);
    return { missing, edges };
  });
}

/** Up to `mostSampled` of the numbers, evenly from all of them. */
function sampled(values: Float64Array): Float64Array {
  const step = Math.max(1, Math.ceil(values.length / mostSampled));
  if (step === 1) return values;
  const sample = new Float64Array(Math.ceil(values.length / step));
  for (let index = 0; index < sample.length; index++) sample[index] = values[index * step] as number;
  return sample;
}

function findEdges(sorted: Float64Array): Float64Array {
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

/** Finds each number's bin by halving: eight comparisons. */
function assignBins(
  features: Float32Array | Float64Array,
  rows: number,
  columns: number,
  column: number,
  edges: Float64Array,
  bins: Uint8Array,
): void {
  const padded = new Float64Array(256).fill(Infinity);
  padded.set(edges);
  for (let row = 0, cell = column; row < rows; row++, cell += columns) {
    const value = features[cell] as number;
    let bin = 0;
    for (let half = 128; half > 0; half >>= 1) if (value > (padded[bin + half - 1] as number)) bin += half;
    bins[cell] = Number.isNaN(value) ? missingBin : bin;
  }
}
