import { drawnOf, labelOf, square, timesLog, type BestCut, type ColumnSearch, type NodeTotals } from './node-totals.ts';
import type { Workspace } from './workspace.ts';

/**
 * The search for the best cut by weights of classes: any weights, Gini or entropy. It goes down from the highest value and moves rows from
 * the left side to the right, keeping both sides' sums of the criterion's terms: the impurity of a cut is least where
 * Σl²/|l| + Σr²/|r| is greatest, or Σ l ln l − |l| ln |l| + Σ r ln r − |r| ln |r|.
 *
 * Sums of doubles depend on their order, so the order is part of what a forest is: values descend, and rows of one value go from the last
 * in the node to the first. kernel/kernel.c does the same in the same order.
 */
export function weightSearch(space: Workspace, node: NodeTotals, best: BestCut, minSamplesLeaf: number, entropy: boolean): ColumnSearch {
  const { entries, offsets, entryWeights, links, heads, present, weightByClass, rightWeights } = space;
  const term = entropy ? timesLog : square;
  const side = entropy ? (terms: number, weight: number) => terms - timesLog(weight) : (terms: number, weight: number) => terms / weight;

  function chain(cells: Uint8Array, base: number, map: Uint8Array): void {
    for (let i = 0; i < node.count; i++) {
      const value = map[cells[base + (offsets[i] as number)] as number] as number;
      if (value === 0) continue;
      links[i] = heads[value] as number;
      heads[value] = i + 1;
      present[value >>> 5] = (present[value >>> 5] as number) | (1 << (value & 31));
    }
  }

  return (cells, base, map) => {
    chain(cells, base, map);
    let score = best[0] as number;
    let cut = -1;
    let leftTerms = node.terms;
    let rightTerms = 0;
    let rightWeight = 0;
    let rightDrawn = 0;
    let last = -1;

    function consider(value: number): void {
      const leftWeight = node.weight - rightWeight;
      if (rightDrawn < minSamplesLeaf || node.drawn - rightDrawn < minSamplesLeaf || !(leftWeight > 0 && rightWeight > 0)) return;
      const candidate = side(leftTerms, leftWeight) + side(rightTerms, rightWeight);
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
        let link = heads[value] as number;
        heads[value] = 0;
        do {
          const entry = entries[link - 1] as number;
          const weight = entryWeights[link - 1] as number;
          const label = labelOf(entry);
          const right = rightWeights[label] as number;
          const left = (weightByClass[label] as number) - right;
          rightTerms += term(right + weight) - term(right);
          leftTerms += term(left - weight) - term(left);
          rightWeights[label] = right + weight;
          rightWeight += weight;
          rightDrawn += drawnOf(entry);
          link = links[link - 1] as number;
        } while (link !== 0);
      }
    }
    if (node.count > rightWeights.length) rightWeights.fill(0);
    else for (let i = 0; i < node.count; i++) rightWeights[labelOf(entries[i] as number)] = 0;
    if (last >= 0) consider(0); // the cut between the lowest of them and the rows of value 0
    if (cut < 0) return false;
    best[0] = score;
    best[1] = cut;
    return true;
  };
}
