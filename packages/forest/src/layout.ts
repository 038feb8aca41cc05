import { holdsWeights, type Forest } from './forest.ts';
import { categorical, missingRight, type Tree } from './tree.ts';

/**
 * A forest's nodes as they are walked, all trees one after another, children side by side. The child through which more training rows went
 * is next to its parent, so that most walks go through memory in order.
 *
 * Small nodes, where thresholds are bytes, take two words: column and threshold × 2¹⁶; the place of the left child. Others take four: the
 * column, its highest bit set where missing values go right; the place of the left child; and a double, the threshold. In place of a left child a leaf has the complement of a number: below
 * the outputs, the one class of all its rows; `outputs + i`, the i-th of `leafOffsets`, whose shares or values are in the other two arrays.
 */
export type Layout = {
  readonly small: boolean;
  /** Whether numbers are rounded to float32 before they are compared. */
  readonly float32: boolean;
  readonly cells: Int32Array;
  readonly doubles: Float64Array;
  /** Whether some split is categorical; then `categorical`, by node, says which, and `sets` whose. Else the trees are not needed any more. */
  readonly categories: boolean;
  readonly categorical: Uint8Array;
  readonly sets: readonly Tree[];
  readonly roots: Int32Array;
  readonly leafOffsets: Int32Array;
  readonly leafOutputs: Uint16Array;
  readonly leafValues: Float64Array;
};

/** How many words a node takes. */
export const nodeWords = (small: boolean): 2 | 4 => (small ? 2 : 4);

export function layOut(forest: Forest): Layout {
  const { trees, outputs } = forest;
  const nodes = total(trees, ({ features }) => features.length);
  const entries = total(trees, ({ leafOutputs }) => leafOutputs.length);
  const categories = trees.some(({ setOffsets }) => setOffsets.length > 1);
  const small = isSmall(forest);
  const words = nodeWords(small);
  const buffer = new ArrayBuffer(4 * words * nodes);
  const layout: Layout = {
    small,
    float32: forest.float32,
    cells: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
    categories,
    categorical: new Uint8Array(categories ? nodes : 0),
    sets: categories ? trees : [],
    roots: new Int32Array(trees.length),
    leafOffsets: new Int32Array(total(trees, ({ covers }) => covers.length) + 1),
    leafOutputs: new Uint16Array(entries),
    leafValues: new Float64Array(entries),
  };
  const leafNumber = leafTable(layout, outputs, holdsWeights(forest));
  let next = 0;
  for (const [index, tree] of trees.entries()) {
    layout.roots[index] = next * words;
    next = layTree(layout, tree, next, leafNumber);
  }
  return layout;
}

function isSmall({ bytes, columns, trees }: Forest): boolean {
  return bytes && columns <= 0x1_0000 && trees.every(hasByteThresholds);
}

function hasByteThresholds({ features, thresholds, flags }: Tree): boolean {
  for (let node = 0; node < features.length; node++) {
    if (flags[node] !== 0) return false;
    const threshold = thresholds[node] as number;
    if ((features[node] as number) >= 0 && !(threshold < 255 && threshold > 0 && threshold % 1 === 0.5)) return false;
  }
  return true;
}

const total = (trees: readonly Tree[], count: (tree: Tree) => number): number => trees.reduce((sum, tree) => sum + count(tree), 0);

/** Lays a tree's nodes from place `first`; answers the place behind them. */
function layTree(layout: Layout, tree: Tree, first: number, leafNumber: (tree: Tree, leaf: number) => number): number {
  const { small, cells, doubles, categories } = layout;
  const words = nodeWords(small);
  const covers = nodeCovers(tree);
  const nodes = [0];
  const places = [first];
  let next = first + 1;
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const place = places.pop() as number;
    const column = tree.features[node] as number;
    const child = tree.children[node] as number;
    if (column < 0) {
      cells[place * words + 1] = ~leafNumber(tree, child);
      continue;
    }
    const threshold = tree.thresholds[node] as number;
    const flags = tree.flags[node] as number;
    cells[place * words] = small ? column | ((threshold - 0.5) << 16) : flags & missingRight ? column | (1 << 31) : column;
    cells[place * words + 1] = next * words;
    if (!small) doubles[place * 2 + 1] = threshold;
    if (categories) layout.categorical[place] = flags & categorical;
    const rightFirst = (covers[child + 1] as number) > (covers[child] as number) ? 1 : 0;
    nodes.push(child + 1 - rightFirst, child + rightFirst);
    places.push(next + 1 - rightFirst, next + rightFirst);
    next += 2;
  }
  return next;
}

/** The weight of the training rows that went through each node. Children have greater numbers than their parents. */
export function nodeCovers({ features, children, covers }: Tree): Float64Array {
  const sums = new Float64Array(features.length);
  for (let node = features.length - 1; node >= 0; node--) {
    const child = children[node] as number;
    sums[node] = (features[node] as number) < 0 ? (covers[child] as number) : (sums[child] as number) + (sums[child + 1] as number);
  }
  return sums;
}

/** Makes the function that enters a leaf into the table of leaves, unless it is of one class. */
function leafTable(
  { leafOffsets, leafOutputs, leafValues }: Layout,
  outputs: number,
  weights: boolean,
): (tree: Tree, leaf: number) => number {
  let leaves = 0;
  let entries = 0;
  return (tree, leaf) => {
    const from = tree.leafOffsets[leaf] as number;
    const to = tree.leafOffsets[leaf + 1] as number;
    if (weights && to - from === 1) return tree.leafOutputs[from] as number;
    for (let i = from; i < to; i++) {
      leafOutputs[entries] = tree.leafOutputs[i] as number;
      leafValues[entries++] = (tree.leafValues[i] as number) / (weights ? (tree.covers[leaf] as number) : 1);
    }
    leafOffsets[++leaves] = entries;
    return outputs + leaves - 1;
  };
}
