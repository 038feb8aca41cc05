import type { Outline } from './forest.ts';
import { reachKernel } from './kernel/reach-kernel.ts';
import type { Layout } from './layout.ts';
import { walk, type Numbers } from './walk.ts';

const mostRows = 256; // rows that go through one tree while it is in the cache
const mostCells = 1 << 18; // of what is worked on at once: leaves reached, scores, features copied

export type LeafReacher = {
  /** The layout that it goes by. Whoever keeps another one keeps the nodes twice. */
  readonly layout: Layout;
  /** How many rows may be asked for at once. */
  readonly blockRows: number;
  /** The leaves, as the layout numbers them, that `count` rows from row `first` reach: at `tree × count + row`. Good until the next call. */
  reach(features: Numbers, first: number, count: number): Int32Array;
};

/** Makes the function that finds leaves: by the kernel, or one walk after the other where there are categories. */
export function leafReacher(outline: Outline, laidOut: Layout): LeafReacher {
  const { columns, outputs, treeCount } = outline;
  const room = Math.floor(mostCells / Math.max(columns, outputs, treeCount));
  const blockRows = Math.max(1, Math.min(mostRows, room));
  const kernel = laidOut.categories ? undefined : reachKernel(outline, laidOut, blockRows);
  const layout = kernel?.layout ?? laidOut;
  let walked: Int32Array | undefined;

  function walkEach(features: Numbers, from: number, count: number): Int32Array {
    walked ??= new Int32Array(blockRows * treeCount);
    for (let tree = 0, at = 0; tree < treeCount; tree++)
      for (let row = 0; row < count; row++) walked[at++] = walk(layout, tree, features, from + row * columns);
    return walked;
  }

  return {
    layout,
    blockRows,
    reach: (features, first, count) => (kernel?.reach ?? walkEach)(features, first * columns, count),
  };
}
