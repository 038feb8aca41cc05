import type { Layout } from './layout.ts';
import { categorical, missingRight, setHolds, type Tree } from './tree.ts';

export type Numbers = Float32Array | Float64Array | Uint8Array;

/** The leaf that a row reaches from the root of tree number `tree`, whatever the layout and its flags. */
export function walk(layout: Layout, tree: number, row: Numbers, base: number): number {
  const { small, float32, cells, doubles, flagged } = layout;
  let node = layout.roots[tree] as number;
  for (let child = cells[node + 1] as number; ; child = cells[node + 1] as number) {
    if (child < 0) return ~child;
    const cell = cells[node] as number;
    const given = row[base + (small ? cell & 0xffff : cell)] as number;
    const value = float32 ? Math.fround(given) : given;
    if (small) {
      node = child + 2 * Number(value > (cell >> 16) + 0.5);
      continue;
    }
    const threshold = doubles[(node >> 1) + 1] as number;
    const flags = flagged ? (layout.flags[node >> 2] as number) : 0;
    const right = flags === 0 ? value > threshold : goesRight(layout.sets[tree] as Tree, flags, threshold, value);
    node = child + 4 * Number(right);
  }
}

/** Where a split with flags sends a value. */
export function goesRight(tree: Tree, flags: number, threshold: number, value: number): boolean {
  if (Number.isNaN(value)) return (flags & missingRight) !== 0;
  return (flags & categorical) === 0 ? value > threshold : !setHolds(tree, threshold, value);
}
