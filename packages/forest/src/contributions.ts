import { holdsWeights, type Forest } from './forest.ts';
import { nodeCovers } from './layout.ts';
import type { Tree } from './tree.ts';
import { goesRight, type Numbers } from './walk.ts';

export type Contributions = {
  /** What the forest says of its training rows on the whole. */
  readonly bias: number;
  /** By row and column, `rows × columns`. */
  readonly values: Float64Array;
};

const mostKept = 16; // outputs whose nodes' means are kept: eight bytes a node each

/** Makes the function behind `ForestPredictor.contributions`. */
export function explainer(forest: Forest): (features: Numbers, rows: number, output: number) => Contributions {
  const { columns, trees, aggregate, base } = forest;
  const kept = new Map<number, Float64Array[]>();
  const share = aggregate === 'mean' ? 1 / trees.length : 1;

  function meansOf(output: number): Float64Array[] {
    if (kept.size >= mostKept) kept.clear();
    const means = kept.get(output) ?? trees.map((tree) => nodeMeans(tree, output, holdsWeights(forest)));
    kept.set(output, means);
    return means;
  }

  return (features, rows, output) => {
    const means = meansOf(output);
    const values = new Float64Array(rows * columns);
    for (const [index, tree] of trees.entries()) {
      const mean = means[index] as Float64Array;
      for (let row = 0; row < rows; row++) {
        let node = 0;
        while ((tree.features[node] as number) >= 0) {
          const next = step(tree, node, features, row * columns, forest.float32);
          const cell = row * columns + (tree.features[node] as number);
          values[cell] = (values[cell] as number) + share * ((mean[next] as number) - (mean[node] as number));
          node = next;
        }
      }
    }
    const bias = means.reduce((sum, mean) => sum + (mean[0] as number), 0) * share;
    return { bias: bias + (aggregate === 'sum' ? (base[output] as number) : 0), values };
  };
}

/** The child that a row goes to. */
export function step(tree: Tree, node: number, features: Numbers, base: number, float32: boolean): number {
  const value = features[base + (tree.features[node] as number)] as number;
  const right = goesRight(tree, tree.flags[node] as number, tree.thresholds[node] as number, float32 ? Math.fround(value) : value);
  return (tree.children[node] as number) + Number(right);
}

/** What the leaves below each node say of an output on average, by their covers; children alike where nobody knows those. */
function nodeMeans(tree: Tree, output: number, weights: boolean): Float64Array {
  const { features, children, leafOffsets, leafOutputs, leafValues, covers } = tree;
  const nodes = nodeCovers(tree);
  const means = new Float64Array(features.length);
  for (let node = features.length - 1; node >= 0; node--) {
    const child = children[node] as number;
    if ((features[node] as number) < 0) {
      for (let i = leafOffsets[child] as number; i < (leafOffsets[child + 1] as number); i++)
        if (leafOutputs[i] === output) means[node] = (leafValues[i] as number) / (weights ? (covers[child] as number) : 1);
      continue;
    }
    const cover = nodes[node] as number;
    const left = cover > 0 ? (nodes[child] as number) / cover : 0.5;
    means[node] = left * (means[child] as number) + (1 - left) * (means[child + 1] as number);
  }
  return means;
}
