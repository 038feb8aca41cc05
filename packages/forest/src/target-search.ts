import { drawnOf, type BestCut, type ColumnSearch, type NodeTotals } from './node-totals.ts';
import type { Workspace } from './workspace.ts';

/**
 * The search for the best cut by squared error: what the sides' means explain, (Σ wy)²/Σw of both, is to be greatest. Weights and weighted
 * targets are added up by value first, in the order of the node's rows, and then over the values from the highest; the left side is what the
 * right one leaves of the node. kernel/kernel.c adds in the same order.
 */
export function targetSearch(space: Workspace, node: NodeTotals, best: BestCut, minSamplesLeaf: number): ColumnSearch {
  const { entries, offsets, entryWeights, entryTargets, present, binWeights, binTargets, binCounts } = space;

  function addUp(cells: Uint8Array, base: number, map: Uint8Array): void {
    for (let i = 0; i < node.count; i++) {
      const value = map[cells[base + (offsets[i] as number)] as number] as number;
      if (value === 0) continue;
      binWeights[value] = (binWeights[value] as number) + (entryWeights[i] as number);
      binTargets[value] = (binTargets[value] as number) + (entryTargets[i] as number);
      binCounts[value] = (binCounts[value] as number) + drawnOf(entries[i] as number);
      present[value >>> 5] = (present[value >>> 5] as number) | (1 << (value & 31));
    }
  }

  return (cells, base, map) => {
    addUp(cells, base, map);
    let score = best[0] as number;
    let cut = -1;
    let rightWeight = 0;
    let rightTarget = 0;
    let rightDrawn = 0;
    let last = -1;

    function consider(value: number): void {
      const leftWeight = node.weight - rightWeight;
      const leftTarget = node.terms - rightTarget;
      if (rightDrawn < minSamplesLeaf || node.drawn - rightDrawn < minSamplesLeaf || !(leftWeight > 0 && rightWeight > 0)) return;
      const candidate = (leftTarget * leftTarget) / leftWeight + (rightTarget * rightTarget) / rightWeight;
      if (!(candidate > score)) return;
      score = candidate;
      cut = (last + value) >> 1;
    }

    for (let word = 7; word >= 0; word--) {
      let bits = present[word] as number;
      present[word] = 0;
      while (bits !== 0) {
        const high = 31 - Math.clz32(bits);
        bits ^= 1 << high;
        const value = (word << 5) + high;
        if (last >= 0) consider(value);
        last = value;
        rightWeight += binWeights[value] as number;
        rightTarget += binTargets[value] as number;
        rightDrawn += binCounts[value] as number;
        binWeights[value] = 0;
        binTargets[value] = 0;
        binCounts[value] = 0;
      }
    }
    if (last >= 0) consider(0);
    if (cut < 0) return false;
    best[0] = score;
    best[1] = cut;
    return true;
  };
}
