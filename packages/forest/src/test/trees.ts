import { completeParameters, type ForestParameters } from '../parameters.ts';
import { treeSeed } from '../random.ts';
import { groundBuilder } from '../ground.ts';
import type { ClassifiedRows } from '../labelled-rows.ts';
import { prepareData } from '../training-data.ts';
import { classificationForest, type Forest } from '../forest.ts';
import { categorical, missingRight, setHolds, type Tree } from '../tree.ts';

/** What `trainForest` gives, grown here and now: tests that only need a forest need no threads. */
export function growForest(rows: ClassifiedRows, given: Partial<ForestParameters>): Forest {
  const parameters = completeParameters(given, rows.columns);
  const data = prepareData(rows, parameters);
  const build = groundBuilder({ data, parameters }, 0);
  const trees = Array.from({ length: parameters.nEstimators }, (_, index) => build(treeSeed(parameters.seed, index)));
  return classificationForest({ columns: rows.columns, classes: rows.classes, bytes: data.bytes }, trees);
}

/** The leaf of a row, found step by step: what the fast predictor is held against. */
export function leafOf(tree: Tree, row: ArrayLike<number>): { node: number; depth: number } {
  let node = 0;
  let depth = 0;
  while ((tree.features[node] as number) >= 0) {
    node = (tree.children[node] as number) + (goesRight(tree, node, row[tree.features[node] as number] as number) ? 1 : 0);
    depth++;
  }
  return { node, depth };
}

function goesRight(tree: Tree, node: number, value: number): boolean {
  const flags = tree.flags[node] as number;
  if (Number.isNaN(value)) return (flags & missingRight) !== 0;
  const threshold = tree.thresholds[node] as number;
  return (flags & categorical) === 0 ? value > threshold : !setHolds(tree, threshold, value);
}

/** What a leaf holds, one number an output. */
export function numbersOf(tree: Tree, node: number, outputs: number): number[] {
  const leaf = tree.children[node] as number;
  const numbers = Array.from({ length: outputs }, () => 0);
  for (let i = tree.leafOffsets[leaf] as number; i < (tree.leafOffsets[leaf + 1] as number); i++)
    numbers[tree.leafOutputs[i] as number] = tree.leafValues[i] as number;
  return numbers;
}

/** The class shares that a leaf holds. */
export function sharesOf(tree: Tree, node: number, classes: number): number[] {
  const weights = numbersOf(tree, node, classes);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** The one class of a leaf, or −1 where it holds several. */
export function classOf({ children, leafOffsets, leafOutputs }: Tree, node: number): number {
  const leaf = children[node] as number;
  const [from, to] = [leafOffsets[leaf] as number, leafOffsets[leaf + 1] as number];
  return to - from === 1 ? (leafOutputs[from] as number) : -1;
}

export function leaves(tree: Tree): number[] {
  return [...tree.features.keys()].filter((node) => (tree.features[node] as number) < 0);
}

/** Numbers that look random and never change. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
