import type { FeatureRows, Forest, ForestPredictor } from '@switchyard/forest';

/** Numbers that a forest answers a row with: one a class, or the values of a regression. */
export const answerWidth = ({ task, classes, outputs }: Forest): number => (task === 'regression' ? outputs : classes);

export type Answers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** What a forest answers, row after row: probabilities or values. */
export function answerRows(forest: Forest, predictor: ForestPredictor, features: FeatureRows, rows: number, doubles: boolean): Answers {
  const out = new (doubles ? Float64Array : Float32Array)(rows * answerWidth(forest));
  if (forest.task === 'regression') predictor.predictValues(features, rows, out);
  else predictor.predictProba(features, rows, out);
  return out;
}
