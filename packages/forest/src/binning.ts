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
    const edges = codes ? undefined : findEdges(sampled(known));
    for (let row = 0; row < rows; row++) {
      const value = features[row * columns + column] as number;
      const bin = edges ? binOf(edges, value) : (codes?.binOf[value] as number);
      bins[row * columns + column] = Number.isNaN(value) ? missingBin : bin;
    }
    return edges ? { missing, edges } : { missing, codes: codes?.byBin as Codes };
  });
}

function sampled(values: Float64Array): Float64Array {
  const step = Math.max(1, Math.ceil(values.length / mostSampled));
  return Float64Array.from({ length: Math.ceil(values.length / step) }, (_, index) => values[index * step] as number).toSorted();
}

function findEdges(sorted: Float64Array): Float64Array {
  const edges: number[] = [];
  const distinct = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
  if (distinct.length <= mostBins) {
    for (let index = 1; index < distinct.length; index++) edges.push(between(distinct[index - 1] as number, distinct[index] as number));
    return Float64Array.from(edges);
  }
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

function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > (edges[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
