import type { FeatureRows, Forest, ForestPredictor } from '@switchyard/forest';
import { contribute, type RowContributions } from './contribute.ts';
import type { Extras } from './extras.ts';

/** Numbers that a forest answers a row with: one a class, or the values of a regression. */
export const answerWidth = ({ task, classes, outputs }: Forest): number => (task === 'regression' ? outputs : classes);

/** What is wanted of rows: answers in float64, or float32, and more. */
export type Wanted = Extras & { readonly doubles: boolean };

export type Answers = {
  /** Probabilities or values, row after row. */
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly contributions?: RowContributions;
  /** `rows × trees` */
  readonly leaves?: Uint32Array;
  /** How many trees voted for each class, `rows × classes`, and the class that won. */
  readonly votes?: { readonly counts: Uint32Array; readonly classes: Uint16Array };
};

/** What a forest answers. */
export function answerRows(
  forest: Forest,
  predictor: ForestPredictor,
  features: FeatureRows,
  rows: number,
  { doubles, contributions, leaves, votes }: Wanted,
): Answers {
  const data = new (doubles ? Float64Array : Float32Array)(rows * answerWidth(forest));
  if (forest.task === 'regression') predictor.predictValues(features, rows, data);
  else predictor.predictProba(features, rows, data);
  return {
    data,
    ...(contributions !== undefined && { contributions: contribute(forest, predictor, features, rows, contributions) }),
    ...(leaves && { leaves: predictor.leaves(features, rows) }),
    ...(votes && { votes: voteRows(forest, predictor, features, rows) }),
  };
}

function voteRows({ classes }: Forest, predictor: ForestPredictor, features: FeatureRows, rows: number): NonNullable<Answers['votes']> {
  const counts = new Uint32Array(rows * classes);
  return { classes: predictor.vote(features, rows, counts), counts };
}

/** About how long answering a row takes, in walks of a row through a tree by the kernel; leaves and contributions are walked step by step. */
export const workOfRow = ({ trees }: Forest, { contributions, leaves, votes }: Wanted): number =>
  trees.length * (1 + (contributions === undefined ? 0 : 13) + (leaves ? 8 : 0) + (votes ? 1 : 0));
