import type { Forest } from './forest.ts';
import { reachKernel } from './kernel/reach-kernel.ts';
import type { Layout } from './layout.ts';
import { walk, type Numbers } from './walk.ts';

const mostRows = 256; // rows that go through one tree while it is in the cache
const mostCells = 1 << 18; // of what is worked on at once: leaves reached, scores, features copied

export type LeafReacher = {
  /** How many rows may be asked for at once. */
  readonly blockRows: number;
  /** The leaves, as the layout numbers them, that `count` rows from row `first` reach: at `tree × count + row`. Good until the next call. */
  reach(features: Numbers, first: number, count: number): Int32Array;
};

/** Makes the function that finds leaves: by the kernel, or one walk after the other where the flags of splits matter. */
export function leafReacher(forest: Forest, laidOut: Layout): LeafReacher {
  const { columns, outputs, trees } = forest;
  const room = Math.floor(mostCells / Math.max(columns, outputs, trees.length));
  const blockRows = Math.max(1, Math.min(mostRows, room));
  const kernel = laidOut.categories ? undefined : reachKernel(forest, laidOut, blockRows);
  const layout = kernel?.layout ?? laidOut;
  let walked: Int32Array | undefined;

  function walkEach(features: Numbers, from: number, count: number): Int32Array {
    walked ??= new Int32Array(blockRows * trees.length);
    for (let tree = 0, at = 0; tree < trees.length; tree++)
      for (let row = 0; row < count; row++) walked[at++] = walk(layout, tree, features, from + row * columns);
    return walked;
  }

  return {
    blockRows,
    reach(features, first, count) {
      const from = first * columns;
      const flagsMatter = layout.flagged && mayMiss(features, from, count * columns);
      return kernel && !flagsMatter ? kernel.reach(features, from, count) : walkEach(features, from, count);
    },
  };
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
