import { ForestError } from './error.ts';
import { holdsWeights, type Forest } from './forest.ts';

export type FeatureRows = Uint8Array | Float32Array | Float64Array;

export type ForestPredictor = {
  readonly columns: number;
  readonly classes: number;
  /** The mean of the trees' class shares (soft voting, as in scikit-learn) of `rows` rows into `out`, `rows × classes`. */
  predictProba(features: FeatureRows, rows: number, out: Float32Array | Float64Array): void;
  /** The most probable class of each row; the first of equals. */
  predict(features: FeatureRows, rows: number): Uint16Array;
};

const blockRows = 256; // rows that go through one tree while it is in the cache
const atOnce = 4; // walks side by side, so that the processor need not wait for each step's memory

/**
 * Lays a forest out for prediction. Where the forest was trained on bytes, any number within half of a byte's value is that byte: pixels
 * that travelled as fractions of 255 fall exactly as they did in training. NaN goes left; whoever serves should refuse it before.
 *
 *     const out = new Float32Array(rows * forest.classes);
 *     forestPredictor(forest).predictProba(pixels, rows, out);
 */
export function forestPredictor(forest: Forest): ForestPredictor {
  const { columns, classes } = forest;
  const { cells, doubles, roots, leafOffsets, leafClasses, leafShares } = layOut(forest);
  const trees = roots.length;
  const reached = new Int32Array(atOnce);
  const sums = new Float64Array(blockRows * classes);

  function addLeaf(at: number, leaf: number): void {
    if (leaf < classes) {
      sums[at + leaf] = (sums[at + leaf] as number) + 1;
      return;
    }
    const end = leafOffsets[leaf - classes + 1] as number;
    for (let i = leafOffsets[leaf - classes] as number; i < end; i++) {
      const cell = at + (leafClasses[i] as number);
      sums[cell] = (sums[cell] as number) + (leafShares[i] as number);
    }
  }

  /** One row: four trees at once. */
  function sumRow(features: FeatureRows, base: number, at: number): void {
    let tree = 0;
    for (; tree + atOnce <= trees; tree += atOnce) {
      const [a, b, c, d] = [roots[tree], roots[tree + 1], roots[tree + 2], roots[tree + 3]] as [number, number, number, number];
      walkFour(cells, doubles, features, a, b, c, d, base, base, base, base, reached);
      for (let i = 0; i < atOnce; i++) addLeaf(at, reached[i] as number);
    }
    for (; tree < trees; tree++) addLeaf(at, walk(cells, doubles, features, roots[tree] as number, base));
  }

  /** Rows of a block: tree by tree, four rows at once. */
  function sumBlock(features: FeatureRows, first: number, count: number): void {
    for (const root of roots) {
      let row = 0;
      for (; row + atOnce <= count; row += atOnce) {
        const base = (first + row) * columns;
        walkFour(cells, doubles, features, root, root, root, root, base, base + columns, base + 2 * columns, base + 3 * columns, reached);
        for (let i = 0; i < atOnce; i++) addLeaf((row + i) * classes, reached[i] as number);
      }
      for (; row < count; row++) addLeaf(row * classes, walk(cells, doubles, features, root, (first + row) * columns));
    }
  }

  function predictProba(features: FeatureRows, rows: number, out: Float32Array | Float64Array): void {
    if (features.length !== rows * columns)
      throw new ForestError(`${features.length} features for ${rows} rows; the forest wants ${columns} a row`);
    if (out.length < rows * classes)
      throw new ForestError(`room for ${out.length} probabilities; ${rows} rows × ${classes} classes are needed`);
    for (let first = 0; first < rows; first += blockRows) {
      const count = Math.min(blockRows, rows - first);
      const cellCount = count * classes;
      sums.fill(0, 0, cellCount);
      if (count < atOnce) for (let row = 0; row < count; row++) sumRow(features, (first + row) * columns, row * classes);
      else sumBlock(features, first, count);
      for (let i = 0; i < cellCount; i++) out[first * classes + i] = (sums[i] as number) / trees;
    }
  }

  function predict(features: FeatureRows, rows: number): Uint16Array {
    const shares = new Float64Array(rows * classes);
    predictProba(features, rows, shares);
    return Uint16Array.from({ length: rows }, (_, row) => indexOfGreatest(shares, row * classes, classes));
  }

  return { columns, classes, predictProba, predict };
}

function indexOfGreatest(values: Float64Array, from: number, count: number): number {
  let greatest = 0;
  for (let i = 1; i < count; i++) if ((values[from + i] as number) > (values[from + greatest] as number)) greatest = i;
  return greatest;
}

/** A node is 16 bytes: column and left child as integers, then the threshold. A leaf's child is the complement of its number. */
type Layout = {
  readonly cells: Int32Array;
  readonly doubles: Float64Array;
  readonly roots: Int32Array;
  /** Of the mixed leaves: `leafOffsets[i] … leafOffsets[i + 1]` of the two other arrays. */
  readonly leafOffsets: Int32Array;
  readonly leafClasses: Uint16Array;
  readonly leafShares: Float64Array;
};

function layOut(forest: Forest): Layout {
  const { trees, outputs } = forest;
  const total = (count: (tree: Forest['trees'][number]) => number): number => trees.reduce((sum, tree) => sum + count(tree), 0);
  const weights = holdsWeights(forest);
  const buffer = new ArrayBuffer(16 * total((tree) => tree.features.length));
  const layout: Layout = {
    cells: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
    roots: new Int32Array(trees.length),
    leafOffsets: new Int32Array(total((tree) => tree.covers.length) + 1),
    leafClasses: new Uint16Array(total((tree) => tree.leafOutputs.length)),
    leafShares: new Float64Array(total((tree) => tree.leafOutputs.length)),
  };
  let firstNode = 0;
  let leaves = 0;
  let entries = 0;
  for (const [index, { features, thresholds, children, leafOffsets, leafOutputs, leafValues, covers }] of trees.entries()) {
    layout.roots[index] = firstNode;
    for (let node = 0; node < features.length; node++) {
      const feature = features[node] as number;
      const child = children[node] as number;
      const at = firstNode + node;
      layout.cells[4 * at] = Math.max(0, feature);
      layout.doubles[2 * at + 1] = thresholds[node] as number;
      if (feature >= 0) {
        layout.cells[4 * at + 1] = firstNode + child;
        continue;
      }
      const [from, to] = [leafOffsets[child] as number, leafOffsets[child + 1] as number];
      const isPure = weights && to - from === 1;
      layout.cells[4 * at + 1] = ~(isPure ? (leafOutputs[from] as number) : outputs + leaves);
      if (isPure) continue;
      for (let i = from; i < to; i++) {
        layout.leafClasses[entries] = leafOutputs[i] as number;
        layout.leafShares[entries++] = (leafValues[i] as number) / (weights ? (covers[child] as number) : 1);
      }
      layout.leafOffsets[++leaves] = entries;
    }
    firstNode += features.length;
  }
  return layout;
}

/** The leaf that a row reaches. */
function walk(cells: Int32Array, doubles: Float64Array, features: FeatureRows, root: number, base: number): number {
  let node = root;
  let child = cells[4 * node + 1] as number;
  while (child >= 0) {
    node = child + Number((features[base + (cells[4 * node] as number)] as number) > (doubles[2 * node + 1] as number));
    child = cells[4 * node + 1] as number;
  }
  return ~child;
}

/** Four walks step by step side by side; each from its own root, with its own row. */
function walkFour(
  cells: Int32Array,
  doubles: Float64Array,
  features: FeatureRows,
  rootA: number,
  rootB: number,
  rootC: number,
  rootD: number,
  baseA: number,
  baseB: number,
  baseC: number,
  baseD: number,
  reached: Int32Array,
): void {
  let a = rootA;
  let b = rootB;
  let c = rootC;
  let d = rootD;
  let childA = cells[4 * a + 1] as number;
  let childB = cells[4 * b + 1] as number;
  let childC = cells[4 * c + 1] as number;
  let childD = cells[4 * d + 1] as number;
  while ((childA & childB & childC & childD) >= 0) {
    if (childA >= 0) {
      a = childA + Number((features[baseA + (cells[4 * a] as number)] as number) > (doubles[2 * a + 1] as number));
      childA = cells[4 * a + 1] as number;
    }
    if (childB >= 0) {
      b = childB + Number((features[baseB + (cells[4 * b] as number)] as number) > (doubles[2 * b + 1] as number));
      childB = cells[4 * b + 1] as number;
    }
    if (childC >= 0) {
      c = childC + Number((features[baseC + (cells[4 * c] as number)] as number) > (doubles[2 * c + 1] as number));
      childC = cells[4 * c + 1] as number;
    }
    if (childD >= 0) {
      d = childD + Number((features[baseD + (cells[4 * d] as number)] as number) > (doubles[2 * d + 1] as number));
      childD = cells[4 * d + 1] as number;
    }
  }
  reached[0] = ~childA;
  reached[1] = ~childB;
  reached[2] = ~childC;
  reached[3] = ~childD;
}
