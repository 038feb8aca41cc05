import type { FeatureRows, ForestPredictor, ForestScorer, Outline } from '@switchyard/forest';
import { contribute, type RowContributions } from './contribute.ts';
import type { Extras } from './extras.ts';

/** Numbers that a forest answers a row with: one a class, or the values of a regression. */
export const answerWidth = ({ task, classes, outputs }: Outline): number => (task === 'regression' ? outputs : classes);

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

/** Whether that takes the trees themselves, step by step, of which a scorer has only what it answers with. */
export const wantsTrees = ({ contributions, leaves }: Wanted): boolean => contributions !== undefined || leaves === true;

/** What a forest answers, and how its trees vote. */
export function scoreRows(
  outline: Outline,
  scorer: ForestScorer,
  features: FeatureRows,
  rows: number,
  { doubles, votes }: Pick<Wanted, 'doubles' | 'votes'>,
): Answers {
  const data = new (doubles ? Float64Array : Float32Array)(rows * answerWidth(outline));
  if (outline.task === 'regression') scorer.predictValues(features, rows, data);
  else scorer.predictProba(features, rows, data);
  return { data, ...(votes && { votes: voteRows(scorer, features, rows) }) };
}

/** What a forest answers, and all else that is wanted. */
export function answerRows(outline: Outline, predictor: ForestPredictor, features: FeatureRows, rows: number, wanted: Wanted): Answers {
  const { contributions, leaves } = wanted;
  return {
    ...scoreRows(outline, predictor, features, rows, wanted),
    ...(contributions !== undefined && { contributions: contribute(predictor, features, rows, contributions) }),
    ...(leaves && { leaves: predictor.leaves(features, rows) }),
  };
}

function voteRows(scorer: ForestScorer, features: FeatureRows, rows: number): NonNullable<Answers['votes']> {
  const counts = new Uint32Array(rows * scorer.classes);
  return { classes: scorer.vote(features, rows, counts), counts };
}

/** About how long answering a row takes, in walks of a row through a tree by the kernel; leaves and contributions are walked step by step. */
export const workOfRow = ({ treeCount }: Outline, { contributions, leaves, votes }: Wanted): number =>
  treeCount * (1 + (contributions === undefined ? 0 : 13) + (leaves ? 8 : 0) + (votes ? 1 : 0));
