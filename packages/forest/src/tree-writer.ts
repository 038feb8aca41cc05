import type { Tree } from './tree.ts';

/** Writes a tree node by node. Children are numbered in pairs, in the order of the calls of `split`. */
export type TreeWriter = {
  readonly root: number;
  /** Makes `node` an inner node; answers its left child, whose neighbour is the right one. */
  split(node: number, column: number, threshold: number): number;
  /** Makes `node` a leaf of rows of these class weights. */
  leaf(node: number, byClass: Int32Array): void;
  finish(): Tree;
};

export function treeWriter(classes: number): TreeWriter {
  let features = new Int32Array(4096);
  let thresholds = new Float64Array(4096);
  let children = new Int32Array(4096);
  let nodes = 1;
  const mixedOffsets = [0];
  const mixedClasses: number[] = [];
  const mixedCounts: number[] = [];

  function makeRoom(): void {
    if (nodes + 2 <= features.length) return;
    const grow = <T extends Int32Array | Float64Array>(bigger: T, array: T): T => (bigger.set(array), bigger);
    features = grow(new Int32Array(2 * nodes + 2), features);
    thresholds = grow(new Float64Array(2 * nodes + 2), thresholds);
    children = grow(new Int32Array(2 * nodes + 2), children);
  }

  return {
    root: 0,
    split(node, column, threshold) {
      makeRoom();
      features[node] = column;
      thresholds[node] = threshold;
      children[node] = nodes;
      nodes += 2;
      return nodes - 2;
    },
    leaf(node, byClass) {
      features[node] = -1;
      const first = byClass.findIndex((count) => count > 0);
      const last = byClass.findLastIndex((count) => count > 0);
      if (first === last) {
        children[node] = first;
        return;
      }
      children[node] = classes + mixedOffsets.length - 1;
      for (let label = first; label <= last; label++) {
        const count = byClass[label] as number;
        if (count > 0) {
          mixedClasses.push(label);
          mixedCounts.push(count);
        }
      }
      mixedOffsets.push(mixedClasses.length);
    },
    finish: () => ({
      features: features.slice(0, nodes),
      thresholds: thresholds.slice(0, nodes),
      children: children.slice(0, nodes),
      mixedOffsets: Int32Array.from(mixedOffsets),
      mixedClasses: Uint16Array.from(mixedClasses),
      mixedCounts: Uint32Array.from(mixedCounts),
    }),
  };
}
