import { ForestError } from './error.ts';
import { mostCategories } from './tree.ts';

const mostOwnBins = 254;

/** The categories of each bin of a column. */
export type Codes = readonly (readonly number[])[];

/**
 * Gives a column's categories their bins: one each, the commonest first; where there are more than 255, the rarer ones share the last.
 *
 * @throws ForestError where a value is no category: a whole number from 0 to 65,535.
 */
export function codesOf(values: Float32Array | Float64Array, column: number): { binOf: Uint8Array; byBin: Codes } {
  const counts = new Uint32Array(mostCategories);
  for (const value of values) {
    if (!Number.isInteger(value) || value < 0 || value >= mostCategories)
      throw new ForestError(`column ${column} has the category ${value}; categories are whole numbers from 0 to ${mostCategories - 1}`);
    counts[value] = (counts[value] as number) + 1;
  }
  const seen: number[] = [];
  for (let code = 0; code < mostCategories; code++) if ((counts[code] as number) > 0) seen.push(code);
  seen.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const own = seen.length > mostOwnBins + 1 ? mostOwnBins : seen.length;
  const byBin = seen.slice(0, own).map((code) => [code]);
  if (own < seen.length) byBin.push(seen.slice(own));
  const binOf = new Uint8Array(mostCategories);
  for (const [bin, codes] of byBin.entries()) for (const code of codes) binOf[code] = bin;
  return { binOf, byBin };
}

/** Bytes are their own bins. */
export const byteCodes: Codes = Array.from({ length: 256 }, (_, code) => [code]);
