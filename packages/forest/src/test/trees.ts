import { completeParameters, type ForestParameters } from '../parameters.ts';
import { treeSeed } from '../random.ts';
import { treeBuilder } from '../tree-builder.ts';
import { prepareData, type LabelledRows } from '../training-data.ts';
import type { Forest, Tree } from '../tree.ts';

/** What `trainForest` gives, grown here and now: tests that only need a forest need no threads. */
export function growForest(rows: LabelledRows, given: Partial<ForestParameters>): Forest {
  const parameters = completeParameters(given, rows.columns);
  const data = prepareData(rows);
  const build = treeBuilder(data, parameters);
  const trees = Array.from({ length: parameters.nEstimators }, (_, index) => build(treeSeed(parameters.seed, index)));
  return { columns: rows.columns, classes: rows.classes, bytes: data.edges === undefined, trees };
}

/** The leaf of a row, found step by step: what the fast predictor is held against. */
export function leafOf(tree: Tree, row: ArrayLike<number>): { node: number; depth: number } {
  let node = 0;
  let depth = 0;
  while ((tree.features[node] as number) >= 0) {
    const goesRight = (row[tree.features[node] as number] as number) > (tree.thresholds[node] as number);
    node = (tree.children[node] as number) + (goesRight ? 1 : 0);
    depth++;
  }
  return { node, depth };
}

/** The class shares that a leaf holds. */
export function sharesOf(tree: Tree, node: number, classes: number): number[] {
  const leaf = tree.children[node] as number;
  const shares: number[] = Array.from({ length: classes }, (_, label) => (label === leaf ? 1 : 0));
  if (leaf < classes) return shares;
  const [from, to] = [tree.mixedOffsets[leaf - classes] as number, tree.mixedOffsets[leaf - classes + 1] as number];
  const counts = tree.mixedCounts.slice(from, to);
  const sum = counts.reduce((a, b) => a + b, 0);
  counts.forEach((count, i) => (shares[tree.mixedClasses[from + i] as number] = count / sum));
  return shares;
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
