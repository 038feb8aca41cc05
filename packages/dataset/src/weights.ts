import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';

/** A row's weight, as it came. @throws DatasetError unless it is a finite number from 0 */
export function checkWeight(weight: number, file: string, position: string): number {
  if (weight >= 0 && weight < Infinity) return weight;
  throw new DatasetError(file, position, `the weight is ${weight}; it is a finite number from 0`);
}

/** An array of weights, one for each of so many rows. @throws DatasetError */
export function weightsOf({ file, values, shape }: ArrayFile, rows: number): Float64Array {
  if (values.length !== rows || shape.slice(1).some((size) => size !== 1))
    throw new DatasetError(file, undefined, `weights are one number a row; this is an array of ${shape.join('×')} for ${rows} rows`);
  return Float64Array.from(values, (weight, row) => checkWeight(weight, file, `row ${row}`));
}
