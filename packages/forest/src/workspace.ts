import { featuresPerSplit, type ForestParameters } from './parameters.ts';
import { bytesOf, place, type MemoryPlan, type Placed } from './memory-plan.ts';
import type { TrainingData } from './training-data.ts';

export const together = 4; // columns that one pass over a node's rows collects
const mostBucketed = 1500; // entries up to which chains are faster than a histogram
export const mostWholeSquares = 46_000; // the square of a greater weight leaves 32 bits

/** Entries above which a histogram by value and class is the fastest search; it is emptied class by class, so there must be many. */
export const bucketed = (classes: number): number => Math.max(mostBucketed, 64 * classes);

export type Shape = Pick<TrainingData, 'rows' | 'columns' | 'task' | 'classes'> & { readonly weighted: boolean; readonly sets: boolean };
type Chosen = Pick<ForestParameters, 'criterion'>;

/** Whether splits are searched by counting rows: classes by Gini, no row weighing more than another. Everything else adds up doubles. */
export const countsRows = ({ task, weighted }: Shape, { criterion }: Chosen): boolean =>
  task === 'classification' && criterion === 'gini' && !weighted;

export const shapeOf = (data: TrainingData): Shape => ({
  rows: data.rows,
  columns: data.columns,
  task: data.task,
  classes: data.classes,
  weighted: data.arrays.weights.length > 0,
  sets: data.bins.some((bins) => 'codes' in bins),
});

/**
 * The arrays that one thread works in; the C struct `grower` of kernel/kernel.c has the same names in the same order, so a change here is a
 * change there. docs/forest.md has the sum.
 */
function workPlan(shape: Shape, chosen: Chosen) {
  const { rows, columns, classes, task } = shape;
  const counting = countsRows(shape, chosen);
  const sums = !counting || rows > mostWholeSquares; // or many rows of many classes
  const histogram = counting && rows > bucketed(classes) ? 256 * classes : 0;
  const nodes = 2 * rows;
  return {
    settings: [Uint32Array, 64],
    order: [Int32Array, rows], // the tree's rows; each node owns a part of it
    counts: [Uint8Array, rows], // how often each was drawn
    moved: [Int32Array, rows], // what goes right, while a node is divided; at first, how often each row was drawn
    movedCounts: [Uint8Array, rows],
    entries: [Int32Array, rows], // the node's rows packed, their value still 0
    offsets: [Uint32Array, rows], // of the node's rows in the data as it is read
    gathered: [Int32Array, counting ? together * (rows + 1) : 0],
    links: [Int32Array, rows + 1],
    drawn: [Int32Array, columns],
    byClass: [Int32Array, classes],
    right: [Int32Array, classes],
    histogram: [Int32Array, histogram],
    present: [Int32Array, 8], // one bit a value
    heads: [Int32Array, 256],
    entryWeights: [Float64Array, sums ? rows : 0],
    entryTargets: [Float64Array, task === 'regression' ? rows : 0], // times the weight
    weightByClass: [Float64Array, sums ? classes : 0],
    rightWeights: [Float64Array, sums ? classes : 0],
    binWeights: [Float64Array, 256],
    binTargets: [Float64Array, 256],
    binCounts: [Int32Array, 256],
    levels: [Int32Array, 256], // the bins that a special column has in this node
    map: [Uint8Array, 256], // what a special column's bins are searched as
    identity: [Uint8Array, 256],
    bestSet: [Uint32Array, 8],
    columnOf: [Int32Array, nodes], // −1 at a leaf
    cutOf: [Int32Array, nodes], // the highest bin that goes left
    fromOf: [Int32Array, nodes], // the node's part of `order`
    toOf: [Int32Array, nodes],
    childOf: [Int32Array, nodes], // the left one; the right one is next to it
    depthOf: [Int32Array, nodes],
    missingOf: [Uint8Array, nodes], // 1 where missing values go right
    setOf: [Uint32Array, shape.sets ? 8 * nodes : 0], // 256 bits a node: the bins that go left
    waiting: [Int32Array, rows + 2],
    stack: [Uint8Array, 4096], // the kernel's
  } as const satisfies MemoryPlan;
}

export type Workspace = Placed<ReturnType<typeof workPlan>>;

export const workspaceBytes = (shape: Shape, chosen: Chosen): number => bytesOf(workPlan(shape, chosen));

/** Lays a thread's arrays out, from the byte `from` of a buffer. */
export function placeWorkspace(data: TrainingData, parameters: ForestParameters, buffer?: ArrayBufferLike, from = 0): Workspace {
  const plan = workPlan(shapeOf(data), parameters);
  const space = place(plan, buffer ?? new ArrayBuffer(bytesOf(plan)), from);
  for (let bin = 0; bin < 256; bin++) space.identity[bin] = bin;
  space.settings.set([
    data.rows,
    data.columns,
    data.classes,
    featuresPerSplit(parameters.maxFeatures, data.columns),
    parameters.minSamplesLeaf,
    parameters.minSamplesSplit,
    parameters.maxDepth ?? 0x7fff_ffff,
    ['gini', 'entropy', 'squared_error'].indexOf(parameters.criterion),
    Number(countsRows(shapeOf(data), parameters)),
    Number(parameters.splitter === 'random'),
    Number(data.arrays.weights.length > 0),
    Number(data.arrays.kinds.some((kind) => kind !== 0)),
  ]);
  return space;
}
