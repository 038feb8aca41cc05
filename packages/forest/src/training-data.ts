import { byteCodes } from './categories.ts';
import { binNumbers, type ColumnBins } from './binning.ts';
import { isCategorical, mayMiss } from './column-kind.ts';
import { dataBytes, placeData, type DataArrays } from './data-arrays.ts';
import { ForestError } from './error.ts';
import { checkRows, type LabelledRows } from './labelled-rows.ts';
import type { ForestParameters, Task } from './parameters.ts';
import { rowWeights } from './row-weights.ts';
import { transpose } from './transpose.ts';
import type { Shape } from './workspace.ts';

/** Rows in the form in which trees are grown. */
export type TrainingData = {
  readonly rows: number;
  readonly columns: number;
  readonly task: Task;
  /** 0 where targets are numbers. */
  readonly classes: number;
  readonly meanTarget: number;
  readonly weighted: boolean;
  /** The memory that `arrays` lie in. */
  readonly buffer: ArrayBufferLike;
  readonly arrays: DataArrays;
  /** What the bytes of each column stand for. */
  readonly bins: readonly ColumnBins[];
  /** Whether features are bytes, and each value is its own bin. */
  readonly bytes: boolean;
};

/** Makes the memory in which data of this shape lies, and whatever else follows: the first `taken` bytes of it are the data's. */
export type MakeMemory = (shape: Shape, taken: number) => ArrayBufferLike;

/** Checks labelled rows and puts them into shared memory, once by row and once by column. @throws ForestError */
export function prepareData(
  given: LabelledRows,
  { classWeight }: Pick<ForestParameters, 'classWeight'> = { classWeight: undefined },
  makeMemory: MakeMemory = (_, taken) => new SharedArrayBuffer(taken),
): TrainingData {
  checkRows(given);
  const { features, rows, columns } = given;
  const task = given.task ?? 'classification';
  const weights = rowWeights(given, classWeight);
  if (weights && !weights.some((weight) => weight > 0)) throw new ForestError('no row weighs anything: all have weights of 0');
  const classes = given.task === 'regression' ? 0 : given.classes;
  const shape = { rows, columns, task, classes, weighted: weights !== undefined, sets: (given.categorical ?? []).length > 0 };
  const buffer = makeMemory(shape, dataBytes(shape));
  const arrays = placeData(shape, buffer);
  const bins = fillCells(given, arrays);
  for (const [column, each] of bins.entries()) arrays.kinds[column] = (each.missing ? mayMiss : 0) | ('codes' in each ? isCategorical : 0);
  if (weights) arrays.weights.set(weights);
  const bytes = features instanceof Uint8Array;
  if (given.task !== 'regression') arrays.labels.set(given.labels);
  const meanTarget = given.task === 'regression' ? given.targets.reduce((sum, target) => sum + target / rows, 0) : 0;
  if (given.task === 'regression') for (let row = 0; row < rows; row++) arrays.targets[row] = (given.targets[row] as number) - meanTarget;
  return { rows, columns, task, classes, meanTarget, weighted: weights !== undefined, buffer, arrays, bins, bytes };
}

const byteEdges = Float64Array.from({ length: 255 }, (_, value) => value + 0.5);

function fillCells({ features, rows, columns, categorical = [] }: LabelledRows, { byRow, byColumn }: DataArrays): ColumnBins[] {
  const categories = new Set(categorical);
  if (!(features instanceof Uint8Array)) {
    const bins = binNumbers(features, rows, columns, categories, byColumn);
    transpose(byColumn, columns, rows, byRow);
    return bins;
  }
  byRow.set(features);
  transpose(byRow, rows, columns, byColumn);
  return Array.from({ length: columns }, (_, column) =>
    categories.has(column) ? { missing: false, codes: byteCodes } : { missing: false, edges: byteEdges },
  );
}
