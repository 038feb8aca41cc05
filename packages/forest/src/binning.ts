import { ForestError } from './error.ts';

const mostBins = 255;
const mostSampled = 200_000; // as LightGBM does: edges from more rows would hardly differ

/** Numbers as bytes: bin `b` of column `c` holds what is above `edges[c][b − 1]` and not above `edges[c][b]`. */
export type Bins = { readonly bins: Uint8Array; readonly edges: readonly Float64Array[] };

/**
 * Sorts each column's numbers into at most 255 bins of about equally many rows; a column with fewer distinct numbers gets one bin each.
 * Edges are doubles half-way between neighbouring numbers, so a split of bins is exactly a split of the numbers themselves.
 * The method is the histogram binning of LightGBM (Ke et al., 2017).
 *
 * @throws ForestError where a number is not finite.
 */
export function binNumbers(features: Float32Array | Float64Array, rows: number, columns: number): Bins {
  const bins = new Uint8Array(new SharedArrayBuffer(rows * columns));
  const edges: Float64Array[] = [];
  const step = Math.max(1, Math.ceil(rows / mostSampled));
  const sample = new Float64Array(Math.ceil(rows / step));
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const value = features[row * columns + column] as number;
      if (!Number.isFinite(value)) throw new ForestError(`row ${row}, column ${column} is ${value}; a forest needs finite numbers`);
      if (row % step === 0) sample[row / step] = value;
    }
    const found = findEdges(sample.toSorted());
    for (let row = 0; row < rows; row++) bins[row * columns + column] = binOf(found, features[row * columns + column] as number);
    edges.push(found);
  }
  return { bins, edges };
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
