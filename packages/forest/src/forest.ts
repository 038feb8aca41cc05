import type { Tree } from './tree.ts';

/**
 * Trees and how their answers become one: a random forest, or trees that were boosted.
 *
 * A row's leaf says something of each of `outputs` numbers. In a classification by `mean` it says each class's share of its weight, and
 * outputs are classes; else it says the values it holds. The forest says the mean of its trees, or `base` plus their sum, through `link`.
 */
export type Forest = {
  readonly columns: number;
  readonly task: 'classification' | 'regression';
  /** How many classes; of a regression 0. */
  readonly classes: number;
  /** Numbers that a forest says of a row. As many as classes, or 1 where it is the second of two classes that is scored. */
  readonly outputs: number;
  /** Whether all thresholds lie between whole numbers of 0 … 255, as they do where features are bytes. */
  readonly bytes: boolean;
  /** Whether numbers are rounded to float32 before they are compared, as scikit-learn, XGBoost and ONNX do. */
  readonly float32: boolean;
  readonly aggregate: 'mean' | 'sum';
  /** What the sum begins with, one number an output. */
  readonly base: Float64Array;
  readonly link: Link;
  readonly trees: readonly Tree[];
};

/** A forest without its trees: what makes answers of that which leaves say. */
export type Outline = Omit<Forest, 'trees'> & { readonly treeCount: number };

export const outlineOf = ({ trees, ...outline }: Forest): Outline => ({ ...outline, treeCount: trees.length });

/** What is done to the sum: nothing, 1 / (1 + e⁻ˣ) of each output, or eˣ over the sum of all. */
export type Link = 'none' | 'logistic' | 'softmax';

type Rows = { readonly columns: number; readonly bytes: boolean };

/** A random forest of classifiers: the mean of the class shares that its trees' leaves hold. */
export function classificationForest({ columns, bytes, classes }: Rows & { readonly classes: number }, trees: readonly Tree[]): Forest {
  return { columns, bytes, task: 'classification', classes, outputs: classes, ...mean(classes), trees };
}

/** A random forest of regressors: the mean of the values that its trees' leaves hold. */
export function regressionForest({ columns, bytes, outputs }: Rows & { readonly outputs: number }, trees: readonly Tree[]): Forest {
  return { columns, bytes, task: 'regression', classes: 0, outputs, ...mean(outputs), trees };
}

function mean(outputs: number): Pick<Forest, 'float32' | 'aggregate' | 'base' | 'link'> {
  return { float32: false, aggregate: 'mean', base: new Float64Array(outputs), link: 'none' };
}

/** Whether leaves hold weights of classes, of which shares are made, and not values. */
export const holdsWeights = ({ task, aggregate }: Pick<Forest, 'task' | 'aggregate'>): boolean =>
  task === 'classification' && aggregate === 'mean';
