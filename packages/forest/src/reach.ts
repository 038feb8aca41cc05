import type { Forest } from './forest.ts';
import type { Layout } from './layout.ts';
import { walk, walkFourBytes, walkFourNumbers, walkFourSmall, type Numbers, type WalkFour } from './walk.ts';

const mostRows = 256; // rows that go through one tree while it is in the cache
const mostCells = 1 << 18; // of what is worked on at once: leaves reached, scores, features copied

export type LeafReacher = {
  /** How many rows may be asked for at once. */
  readonly blockRows: number;
  /** The leaves, as the layout numbers them, that `count` rows from row `first` reach: at `tree × count + row`. Good until the next call. */
  reach(features: Numbers, first: number, count: number): Int32Array;
};

/** Makes the function that finds leaves; rows are brought into the form in which the layout's nodes are compared. */
export function leafReacher(forest: Forest, layout: Layout): LeafReacher {
  const { columns, outputs, trees } = forest;
  const room = Math.floor(mostCells / Math.max(columns, outputs, trees.length));
  const blockRows = Math.max(1, Math.min(mostRows, room));
  const reached = new Int32Array(blockRows * trees.length);
  const walkOthers = layout.small ? walkFourSmall : layout.categories ? undefined : walkFourNumbers;
  const prepare = rowsPreparer(forest, blockRows);

  function reach(features: Numbers, first: number, count: number): Int32Array {
    const rows = prepare(features, first * columns, count);
    const base = rows === features ? first * columns : 0;
    const flagsMatter = layout.flagged && mayMiss(rows, base, count * columns);
    const walkFour = layout.small && rows instanceof Uint8Array ? walkFourBytes : flagsMatter ? undefined : walkOthers;
    if (count === 1) reachTrees(layout, walkFour, rows, base, reached);
    else for (let tree = 0; tree < trees.length; tree++) reachRows(layout, walkFour, rows, base, columns, tree, count, reached);
    return reached;
  }
  return { blockRows, reach };
}

/** Whether some of the numbers may be NaN; without any, splits that only say where missing values go are like all others. */
function mayMiss(numbers: Numbers, from: number, count: number): boolean {
  if (numbers instanceof Uint8Array) return false;
  let [a, b, c, d] = [0, 0, 0, 0]; // NaN makes all of a sum NaN; four sums, so that none waits for the other
  const end = from + count;
  let i = from;
  for (; i + 4 <= end; i += 4) {
    a += numbers[i] as number;
    b += numbers[i + 1] as number;
    c += numbers[i + 2] as number;
    d += numbers[i + 3] as number;
  }
  for (; i < end; i++) a += numbers[i] as number;
  return Number.isNaN(a + b + c + d);
}

/** One row: four trees at once. */
function reachTrees(layout: Layout, walkFour: WalkFour | undefined, row: Numbers, base: number, reached: Int32Array): void {
  const { roots } = layout;
  const quads = walkFour ? roots.length - 3 : 0;
  let tree = 0;
  for (; tree < quads; tree += 4) {
    const [a, b, c, d] = [roots[tree], roots[tree + 1], roots[tree + 2], roots[tree + 3]] as [number, number, number, number];
    walkFour?.(layout, row, a, b, c, d, base, base, base, base, reached, tree);
  }
  for (; tree < roots.length; tree++) reached[tree] = walk(layout, tree, row, base);
}

/** One tree: four rows at once. */
function reachRows(
  layout: Layout,
  walkFour: WalkFour | undefined,
  rows: Numbers,
  base: number,
  columns: number,
  tree: number,
  count: number,
  reached: Int32Array,
): void {
  const root = layout.roots[tree] as number;
  const at = tree * count;
  const quads = walkFour ? count - 3 : 0;
  let row = 0;
  for (; row < quads; row += 4) {
    const from = base + row * columns;
    walkFour?.(layout, rows, root, root, root, root, from, from + columns, from + 2 * columns, from + 3 * columns, reached, at + row);
  }
  for (; row < count; row++) reached[at + row] = walk(layout, tree, rows, base + row * columns);
}

/** Makes the function that answers rows as they are compared: the features themselves, or `count` rows of them rounded to float32. */
function rowsPreparer({ columns, float32 }: Forest, blockRows: number): (features: Numbers, from: number, count: number) => Numbers {
  let rounded: Float32Array | undefined;
  return (features, from, count) => {
    if (!float32 || !(features instanceof Float64Array)) return features;
    rounded ??= new Float32Array(blockRows * columns);
    rounded.set(features.subarray(from, from + count * columns));
    return rounded;
  };
}
