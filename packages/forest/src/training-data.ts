import { byteCodes } from './categories.ts';
import { binNumbers, type ColumnBins } from './binning.ts';
import { ForestError } from './error.ts';
import { checkRows, type LabelledRows } from './labelled-rows.ts';
import { bytesOf, place, type MemoryPlan, type Placed } from './memory-plan.ts';
import type { ForestParameters, Task } from './parameters.ts';
import { rowWeights } from './row-weights.ts';
import type { Shape } from './workspace.ts';

/** What is in `kinds` of a column: whether values may be missing, and whether its bins are categories. */
export const mayMiss = 1;
export const isCategorical = 2;

/** The arrays of the rows: all threads share them. Those that the task has no use for are empty. */
function dataPlan(rows: number, columns: number, task: Task, weighted: boolean) {
  return {
    byRow: [Uint8Array, rows * columns],
    byColumn: [Uint8Array, rows * columns],
    kinds: [Uint8Array, columns],
    labels: [Uint16Array, task === 'classification' ? rows : 0],
    /** Less their mean, so that sums of them keep their digits. */
    targets: [Float64Array, task === 'regression' ? rows : 0],
    weights: [Float64Array, weighted ? rows : 0],
  } as const satisfies MemoryPlan;
}

export type DataArrays = Placed<ReturnType<typeof dataPlan>>;

/** Rows in the form in which trees are grown. */
export type TrainingData = {
  readonly rows: number;
  readonly columns: number;
  readonly task: Task;
  /** 0 where targets are numbers. */
  readonly classes: number;
  readonly meanTarget: number;
  readonly arrays: DataArrays;
  /** What the bytes of each column stand for. */
  readonly bins: readonly ColumnBins[];
  /** Whether features are bytes, and each value is its own bin. */
  readonly bytes: boolean;
};

/** Makes the memory in which data of this shape lies, and whatever else follows: the first `taken` bytes of it are the data's. */
export type MakeMemory = (shape: Shape, taken: number) => ArrayBufferLike;

const firstByte = 64; // so that no array lies at address 0

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
  const plan = dataPlan(rows, columns, task, weights !== undefined);
  const classes = given.task === 'regression' ? 0 : given.classes;
  const shape = { rows, columns, task, classes, weighted: weights !== undefined, sets: (given.categorical ?? []).length > 0 };
  const arrays = place(plan, makeMemory(shape, firstByte + bytesOf(plan)), firstByte);
  const bins = fillCells(given, arrays.byRow);
  transpose(arrays.byRow, rows, columns, arrays.byColumn);
  for (const [column, each] of bins.entries()) arrays.kinds[column] = (each.missing ? mayMiss : 0) | ('codes' in each ? isCategorical : 0);
  if (weights) arrays.weights.set(weights);
  const bytes = features instanceof Uint8Array;
  if (given.task !== 'regression') arrays.labels.set(given.labels);
  const meanTarget = given.task === 'regression' ? given.targets.reduce((sum, target) => sum + target / rows, 0) : 0;
  if (given.task === 'regression') for (let row = 0; row < rows; row++) arrays.targets[row] = (given.targets[row] as number) - meanTarget;
  return { rows, columns, task, classes, meanTarget, arrays, bins, bytes };
}

const byteEdges = Float64Array.from({ length: 255 }, (_, value) => value + 0.5);

function fillCells({ features, rows, columns, categorical = [] }: LabelledRows, byRow: Uint8Array): ColumnBins[] {
  const categories = new Set(categorical);
  if (!(features instanceof Uint8Array)) return binNumbers(features, rows, columns, categories, byRow);
  byRow.set(features);
  return Array.from({ length: columns }, (_, column) =>
    categories.has(column) ? { missing: false, codes: byteCodes } : { missing: false, edges: byteEdges },
  );
}

/** In square blocks, so that both sides stay in the cache; four rows at once, so that a word is written where it would be four bytes. */
function transpose(byRow: Uint8Array, rows: number, columns: number, byColumn: Uint8Array): void {
  const block = 64;
  const step = rows % 4 === 0 ? 4 : 1;
  const words = new Uint32Array(byColumn.buffer as ArrayBuffer, byColumn.byteOffset, step === 4 ? byColumn.length / 4 : 0);
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(rows, top + block);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(columns, left + block);
      for (let column = left; column < right; column++) {
        const end = column * rows;
        if (step === 1) for (let row = top; row < bottom; row++) byColumn[end + row] = byRow[row * columns + column] as number;
        else for (let row = top; row < bottom; row += 4) words[(end + row) / 4] = fourOf(byRow, row * columns + column, columns);
      }
    }
  }
}

/** One column's bytes of four rows, as they lie in memory: the first is the lowest, as on all machines that Node runs on. */
function fourOf(byRow: Uint8Array, at: number, columns: number): number {
  const [a, b, c, d] = [byRow[at], byRow[at + columns], byRow[at + 2 * columns], byRow[at + 3 * columns]] as [
    number,
    number,
    number,
    number,
  ];
  return a | (b << 8) | (c << 16) | (d << 24);
}
