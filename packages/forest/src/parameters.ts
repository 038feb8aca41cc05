import { ForestError } from './error.ts';

/** What shapes a forest; names and defaults are scikit-learn's. */
export type ForestParameters = {
  /** Trees. More are surer and slower; the file grows with them. */
  readonly nEstimators: number;
  /** Columns drawn anew at each split, from which the best is taken. */
  readonly maxFeatures: number | 'sqrt' | 'log2' | 'all';
  /** Splits from the root to the deepest leaf; `undefined` is no limit. */
  readonly maxDepth: number | undefined;
  /** Rows that each side of a split keeps at least, counted as often as the bootstrap drew them. */
  readonly minSamplesLeaf: number;
  /** Rows that a node has at least to be split, counted likewise. */
  readonly minSamplesSplit: number;
  /** Each tree sees as many rows as there are, drawn with repetition; else each sees all rows once. */
  readonly bootstrap: boolean;
  readonly seed: number;
};

export const defaultParameters: ForestParameters = {
  nEstimators: 100,
  maxFeatures: 'sqrt',
  maxDepth: undefined,
  minSamplesLeaf: 1,
  minSamplesSplit: 2,
  bootstrap: true,
  seed: 0,
};

/** The parameters with all defaults filled in. @throws ForestError for a value out of its limits. */
export function completeParameters(given: Partial<ForestParameters>, columns: number): ForestParameters {
  const parameters = { ...defaultParameters, ...given };
  whole('nEstimators', parameters.nEstimators, 1, 100_000);
  whole('minSamplesLeaf', parameters.minSamplesLeaf, 1, 0x7fff_ffff);
  whole('minSamplesSplit', parameters.minSamplesSplit, 2, 0x7fff_ffff);
  whole('seed', parameters.seed, 0, 0xffff_ffff);
  if (parameters.maxDepth !== undefined) whole('maxDepth', parameters.maxDepth, 1, 0x7fff_ffff);
  whole('maxFeatures', featuresPerSplit(parameters.maxFeatures, columns), 1, columns);
  return parameters;
}

/** How many columns a split draws. */
export function featuresPerSplit(maxFeatures: ForestParameters['maxFeatures'], columns: number): number {
  if (maxFeatures === 'all') return columns;
  if (maxFeatures === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(columns)));
  if (maxFeatures === 'log2') return Math.max(1, Math.floor(Math.log2(columns)));
  return maxFeatures;
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new ForestError(`${name} is ${value}; it is a whole number from ${least} to ${most}`);
}
