import { ForestError } from './error.ts';

/** What shapes a forest; names and defaults are scikit-learn's. */
export type ForestParameters = {
  /** Trees. More are surer and slower; the file grows with them. */
  readonly nEstimators: number;
  /** What a split is chosen by; unless given, "gini" for classes and "squared_error" for numbers. */
  readonly criterion: Criterion;
  /** Columns drawn anew at each split, from which the best is taken; unless given, "sqrt" for classes and "all" for numbers. */
  readonly maxFeatures: number | 'sqrt' | 'log2' | 'all';
  /** Splits from the root to the deepest leaf; `undefined` is no limit. */
  readonly maxDepth: number | undefined;
  /** Rows that each side of a split keeps at least, counted as often as the bootstrap drew them. */
  readonly minSamplesLeaf: number;
  /** Rows that a node has at least to be split, counted likewise. */
  readonly minSamplesSplit: number;
  /** Each tree sees as many rows as there are, drawn with repetition; else each sees all rows once. */
  readonly bootstrap: boolean;
  /** Rows that the bootstrap draws: up to 1 a share of all, above 1 their number; `undefined` is as many as there are. */
  readonly maxSamples: number | undefined;
  /** "best" cut of each drawn column, or a "random" one (extremely randomised trees, Geurts et al., 2006). */
  readonly splitter: 'best' | 'random';
  /** Weights of the classes, or "balanced": each class weighs the same in all, rows × its share⁻¹ / classes. */
  readonly classWeight: 'balanced' | readonly number[] | undefined;
  /** Whether to score the forest on the rows that each tree did not see. */
  readonly oobScore: boolean;
  readonly seed: number;
};

export type Task = 'classification' | 'regression';
export type Criterion = 'gini' | 'entropy' | 'squared_error';

export const defaultParameters: ForestParameters = {
  nEstimators: 100,
  criterion: 'gini',
  maxFeatures: 'sqrt',
  maxDepth: undefined,
  minSamplesLeaf: 1,
  minSamplesSplit: 2,
  bootstrap: true,
  maxSamples: undefined,
  splitter: 'best',
  classWeight: undefined,
  oobScore: false,
  seed: 0,
};

/** Parameters as they are given: those left out, or undefined, have their defaults. */
export type GivenParameters = { readonly [Name in keyof ForestParameters]?: ForestParameters[Name] | undefined };

const forNumbers = { criterion: 'squared_error', maxFeatures: 'all' } as const;

/** The parameters with all defaults filled in. @throws ForestError for a value out of its limits, or one that the task has no use for. */
export function completeParameters(
  given: GivenParameters,
  columns: number,
  task: Task = 'classification',
  rows = Infinity,
): ForestParameters {
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<ForestParameters>;
  const parameters: ForestParameters = { ...defaultParameters, ...(task === 'regression' && forNumbers), ...known };
  whole('nEstimators', parameters.nEstimators, 1, 100_000);
  whole('minSamplesLeaf', parameters.minSamplesLeaf, 1, 0x7fff_ffff);
  whole('minSamplesSplit', parameters.minSamplesSplit, 2, 0x7fff_ffff);
  whole('seed', parameters.seed, 0, 0xffff_ffff);
  if (parameters.maxDepth !== undefined) whole('maxDepth', parameters.maxDepth, 1, 0x7fff_ffff);
  whole('maxFeatures', featuresPerSplit(parameters.maxFeatures, columns), 1, columns);
  oneOf('criterion', parameters.criterion, task === 'regression' ? ['squared_error'] : ['gini', 'entropy']);
  oneOf('splitter', parameters.splitter, ['best', 'random']);
  checkSamples(parameters, rows);
  if (task === 'regression' && parameters.classWeight !== undefined)
    throw new ForestError('classWeight is for classes; targets are numbers');
  return parameters;
}

function checkSamples({ maxSamples, bootstrap, oobScore }: ForestParameters, rows: number): void {
  if (oobScore && !bootstrap) throw new ForestError('oobScore needs bootstrap: without it each tree sees all rows');
  if (maxSamples === undefined) return;
  if (!bootstrap) throw new ForestError(`maxSamples is ${maxSamples}; it is for a bootstrap`);
  if (!(maxSamples > 0)) throw new ForestError(`maxSamples is ${maxSamples}; it is a share above 0, or a number of rows`);
  if (maxSamples > 1) whole('maxSamples', maxSamples, 2, rows);
}

/** How many columns a split draws. */
export function featuresPerSplit(maxFeatures: ForestParameters['maxFeatures'], columns: number): number {
  if (maxFeatures === 'all') return columns;
  if (maxFeatures === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(columns)));
  if (maxFeatures === 'log2') return Math.max(1, Math.floor(Math.log2(columns)));
  return maxFeatures;
}

/** How many rows a tree's bootstrap draws. */
export function rowsPerTree(maxSamples: ForestParameters['maxSamples'], rows: number): number {
  if (maxSamples === undefined) return rows;
  return maxSamples > 1 ? maxSamples : Math.max(1, Math.round(maxSamples * rows));
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new ForestError(`${name} is ${value}; it is a whole number from ${least} to ${most}`);
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new ForestError(`${name} is "${value}"; it is ${known.map((each) => `"${each}"`).join(' or ')}`);
}
