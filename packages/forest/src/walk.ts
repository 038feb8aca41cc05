import type { Layout } from './layout.ts';
import { categorical, missingRight, setHolds, type Tree } from './tree.ts';

export type Numbers = Float32Array | Float64Array | Uint8Array;

/** Four walks side by side, so that the processor need not wait for each step's memory; each from its own root, with its own row. */
export type WalkFour = (
  layout: Layout,
  row: Numbers,
  rootA: number,
  rootB: number,
  rootC: number,
  rootD: number,
  baseA: number,
  baseB: number,
  baseC: number,
  baseD: number,
  reached: Int32Array,
  at: number,
) => void;

/** Over small nodes: rows are bytes. */
export const walkFourBytes: WalkFour = ({ cells }, row, a, b, c, d, baseA, baseB, baseC, baseD, reached, at) => {
  let childA = cells[a + 1] as number;
  let childB = cells[b + 1] as number;
  let childC = cells[c + 1] as number;
  let childD = cells[d + 1] as number;
  while ((childA & childB & childC & childD) >= 0) {
    if (childA >= 0) {
      const node = cells[a] as number;
      a = childA + ((((node >> 16) - (row[baseA + (node & 0xffff)] as number)) >>> 31) << 1);
      childA = cells[a + 1] as number;
    }
    if (childB >= 0) {
      const node = cells[b] as number;
      b = childB + ((((node >> 16) - (row[baseB + (node & 0xffff)] as number)) >>> 31) << 1);
      childB = cells[b + 1] as number;
    }
    if (childC >= 0) {
      const node = cells[c] as number;
      c = childC + ((((node >> 16) - (row[baseC + (node & 0xffff)] as number)) >>> 31) << 1);
      childC = cells[c + 1] as number;
    }
    if (childD >= 0) {
      const node = cells[d] as number;
      d = childD + ((((node >> 16) - (row[baseD + (node & 0xffff)] as number)) >>> 31) << 1);
      childD = cells[d + 1] as number;
    }
  }
  reached[at] = ~childA;
  reached[at + 1] = ~childB;
  reached[at + 2] = ~childC;
  reached[at + 3] = ~childD;
};

/** Over small nodes: rows are other numbers. */
export const walkFourSmall: WalkFour = ({ cells }, row, a, b, c, d, baseA, baseB, baseC, baseD, reached, at) => {
  let childA = cells[a + 1] as number;
  let childB = cells[b + 1] as number;
  let childC = cells[c + 1] as number;
  let childD = cells[d + 1] as number;
  while ((childA & childB & childC & childD) >= 0) {
    if (childA >= 0) {
      const node = cells[a] as number;
      a = childA + 2 * Number((row[baseA + (node & 0xffff)] as number) > (node >> 16) + 0.5);
      childA = cells[a + 1] as number;
    }
    if (childB >= 0) {
      const node = cells[b] as number;
      b = childB + 2 * Number((row[baseB + (node & 0xffff)] as number) > (node >> 16) + 0.5);
      childB = cells[b + 1] as number;
    }
    if (childC >= 0) {
      const node = cells[c] as number;
      c = childC + 2 * Number((row[baseC + (node & 0xffff)] as number) > (node >> 16) + 0.5);
      childC = cells[c + 1] as number;
    }
    if (childD >= 0) {
      const node = cells[d] as number;
      d = childD + 2 * Number((row[baseD + (node & 0xffff)] as number) > (node >> 16) + 0.5);
      childD = cells[d + 1] as number;
    }
  }
  reached[at] = ~childA;
  reached[at + 1] = ~childB;
  reached[at + 2] = ~childC;
  reached[at + 3] = ~childD;
};

/** Over nodes with doubles, where no split has flags: NaN goes left. */
export const walkFourNumbers: WalkFour = ({ cells, doubles }, row, a, b, c, d, baseA, baseB, baseC, baseD, reached, at) => {
  let childA = cells[a + 1] as number;
  let childB = cells[b + 1] as number;
  let childC = cells[c + 1] as number;
  let childD = cells[d + 1] as number;
  while ((childA & childB & childC & childD) >= 0) {
    if (childA >= 0) {
      a = childA + 4 * Number((row[baseA + (cells[a] as number)] as number) > (doubles[(a >> 1) + 1] as number));
      childA = cells[a + 1] as number;
    }
    if (childB >= 0) {
      b = childB + 4 * Number((row[baseB + (cells[b] as number)] as number) > (doubles[(b >> 1) + 1] as number));
      childB = cells[b + 1] as number;
    }
    if (childC >= 0) {
      c = childC + 4 * Number((row[baseC + (cells[c] as number)] as number) > (doubles[(c >> 1) + 1] as number));
      childC = cells[c + 1] as number;
    }
    if (childD >= 0) {
      d = childD + 4 * Number((row[baseD + (cells[d] as number)] as number) > (doubles[(d >> 1) + 1] as number));
      childD = cells[d + 1] as number;
    }
  }
  reached[at] = ~childA;
  reached[at + 1] = ~childB;
  reached[at + 2] = ~childC;
  reached[at + 3] = ~childD;
};

/** The leaf that a row reaches from the root of tree number `tree`, whatever the layout and its flags. */
export function walk(layout: Layout, tree: number, row: Numbers, base: number): number {
  const { small, cells, doubles, flagged } = layout;
  let node = layout.roots[tree] as number;
  for (let child = cells[node + 1] as number; ; child = cells[node + 1] as number) {
    if (child < 0) return ~child;
    const cell = cells[node] as number;
    if (small) {
      node = child + 2 * Number((row[base + (cell & 0xffff)] as number) > (cell >> 16) + 0.5);
      continue;
    }
    const value = row[base + cell] as number;
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
