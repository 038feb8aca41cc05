import type { Layout } from './layout.ts';
import { categorical, missingRight, setHolds, type Tree } from './tree.ts';

export type Numbers = Float32Array | Float64Array | Uint8Array;

/** The leaf that a row reaches from the root of tree number `tree`, whatever the layout. */
export function walk(layout: Layout, tree: number, row: Numbers, base: number): number {
  const { small, float32, cells, doubles, categories } = layout;
  let node = layout.roots[tree] as number;
  for (let child = cells[node + 1] as number; ; child = cells[node + 1] as number) {
    if (child < 0) return ~child;
    const cell = cells[node] as number;
    const given = row[base + (cell & (small ? 0xffff : 0x7fff_ffff))] as number;
    const value = float32 ? Math.fround(given) : given;
    if (small) {
      node = child + 2 * Number(value > (cell >> 16) + 0.5);
      continue;
    }
    const flags = (cell < 0 ? missingRight : 0) | (categories ? (layout.categorical[node >> 2] as number) : 0);
    node = child + 4 * Number(goesRight(layout.sets[tree] as Tree, flags, doubles[(node >> 1) + 1] as number, value));
  }
}

/** Whether a split sends a value right. */
export function goesRight(tree: Tree, flags: number, threshold: number, value: number): boolean {
  if (Number.isNaN(value)) return (flags & missingRight) !== 0;
  return (flags & categorical) === 0 ? value > threshold : !setHolds(tree, threshold, value);
}
