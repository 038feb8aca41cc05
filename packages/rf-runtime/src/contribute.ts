import type { FeatureRows, ForestPredictor } from '@switchyard/forest';
import type { Extras } from './extras.ts';

export type RowContributions = {
  /** The output that is explained, by row. */
  readonly outputs: Uint16Array<ArrayBuffer>;
  /** By row and column; with the row's bias they sum to the answer. */
  readonly values: Float64Array<ArrayBuffer>;
  readonly bias: Float64Array<ArrayBuffer>;
};

/** What each column contributed to each row's answer. */
export function contribute(
  predictor: ForestPredictor,
  features: FeatureRows,
  rows: number,
  wanted: NonNullable<Extras['contributions']>,
): RowContributions {
  const { columns } = predictor;
  const outputs = Uint16Array.from(wanted === 'given' ? predictor.predict(features, rows) : new Uint16Array(rows).fill(wanted));
  const values = new Float64Array(rows * columns);
  const bias = new Float64Array(rows);
  for (const output of new Set(outputs)) {
    // the rows of one output, gathered, explained and put back in their places
    const places = [...outputs.keys()].filter((row) => outputs[row] === output);
    const some = new (features.constructor as new (length: number) => FeatureRows)(places.length * columns);
    places.forEach((row, at) => some.set(features.subarray(row * columns, (row + 1) * columns), at * columns));
    const found = predictor.contributions(some, places.length, output);
    places.forEach((row, at) => {
      values.set(found.values.subarray(at * columns, (at + 1) * columns), row * columns);
      bias[row] = found.bias;
    });
  }
  return { outputs, values, bias };
}
