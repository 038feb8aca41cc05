import { isCategorical, mayMiss, missingBin } from './column-kind.ts';
import { drawnOf, labelOf, type BestCut, type ColumnSearch, type NodeTotals } from './node-totals.ts';
import type { RandomBelow } from './random.ts';
import type { Workspace } from './workspace.ts';

/** Where missing values go at a split; where the node has none, they will go with the greater part of its rows. */
export const missing = { left: 0, right: 1, withMost: 2 } as const;

/** What a cut of a column means beyond `best`: written when a search found a better one. */
export type Choice = { missing: number; set: boolean };

/**
 * The search in a column that is no plain row of numbers: it may have missing values, its bins may be categories, or its cut be random.
 * Each becomes a plain search after its bins were given other numbers:
 *
 * - Missing values are the highest bin, and go right; then they are counted in with the lowest, and go left. The better way is taken, right
 *   where both are equal.
 * - Categories are ordered by their mean target, or by the share of the node's heaviest class, and cut in that order; this finds the best of
 *   all subsets for two classes and for squared error (Breiman et al., 1984, 4.2.2), and a good one for more classes. A missing value is a
 *   category.
 * - A random cut is drawn evenly from those between the least and the greatest bin of the node, and so is the side of missing values.
 */
export function specialSearch(
  space: Workspace,
  node: NodeTotals,
  best: BestCut,
  choice: Choice,
  counting: () => boolean,
  random: boolean,
): (search: ColumnSearch, kind: number, cells: Uint8Array, base: number, draw: RandomBelow) => boolean {
  const { entries, offsets, entryWeights, entryTargets, binWeights, binTargets, present, levels, map, identity, bestSet } = space;
  const byTarget = entryTargets.length > 0;

  /** Lists the node's bins in `levels`, ascending, and answers how many there are; of categories it adds up the weights and targets. */
  function list(cells: Uint8Array, base: number, categories: boolean): number {
    for (let i = 0; i < node.count; i++) {
      const bin = cells[base + (offsets[i] as number)] as number;
      present[bin >>> 5] = (present[bin >>> 5] as number) | (1 << (bin & 31));
      if (!categories) continue;
      const weight = counting() ? drawnOf(entries[i] as number) : (entryWeights[i] as number);
      const target = byTarget ? (entryTargets[i] as number) : labelOf(entries[i] as number) === node.heaviest ? weight : 0;
      binWeights[bin] = (binWeights[bin] as number) + weight;
      binTargets[bin] = (binTargets[bin] as number) + target;
    }
    let count = 0;
    for (let bin = 0; bin < 256; bin++) if (((present[bin >>> 5] as number) >>> (bin & 31)) & 1) levels[count++] = bin;
    present.fill(0);
    return count;
  }

  /** Orders the listed categories by their mean; equal ones stay as they are. */
  function order(count: number): void {
    for (let i = 0; i < count; i++) {
      const bin = levels[i] as number;
      binTargets[bin] = (binTargets[bin] as number) / (binWeights[bin] as number);
    }
    for (let i = 1; i < count; i++) {
      const bin = levels[i] as number;
      let j = i - 1;
      for (; j >= 0 && (binTargets[levels[j] as number] as number) > (binTargets[bin] as number); j--) levels[j + 1] = levels[j] as number;
      levels[j + 1] = bin;
    }
    binWeights.fill(0);
    binTargets.fill(0);
  }

  function searchCategories(search: ColumnSearch, kind: number, cells: Uint8Array, base: number, draw: RandomBelow): boolean {
    const count = list(cells, base, true);
    order(count);
    if (count < 2) return false;
    const drawnCut = random ? draw(count - 1) : -1;
    for (let rank = 0; rank < count; rank++) map[levels[rank] as number] = random ? Number(rank > drawnCut) : rank;
    if (!search(cells, base, map)) return false;
    const cut = random ? drawnCut : (best[1] as number);
    bestSet.fill(0);
    choice.set = true;
    choice.missing = missing.withMost;
    for (let rank = 0; rank < count; rank++) {
      const bin = levels[rank] as number;
      if (rank <= cut) bestSet[bin >>> 5] = (bestSet[bin >>> 5] as number) | (1 << (bin & 31));
      if (bin === missingBin && kind & mayMiss) choice.missing = rank > cut ? missing.right : missing.left;
    }
    return true;
  }

  function searchRandom(search: ColumnSearch, kind: number, cells: Uint8Array, base: number, draw: RandomBelow): boolean {
    let count = list(cells, base, false);
    const misses = (kind & mayMiss) !== 0 && levels[count - 1] === missingBin;
    if (misses) count--;
    if (count === 0 || (count === 1 && !misses)) return false;
    const [least, greatest] = [levels[0] as number, levels[count - 1] as number];
    const cut = count === 1 ? least : least + draw(greatest - least);
    const missingRight = count === 1 ? 1 : misses ? draw(2) : 0;
    for (let bin = 0; bin < 256; bin++) map[bin] = Number(bin > cut);
    if (misses) map[missingBin] = missingRight;
    if (!search(cells, base, map)) return false;
    best[1] = cut;
    choice.set = false;
    choice.missing = misses ? missingRight : missing.withMost;
    return true;
  }

  function searchMissing(search: ColumnSearch, cells: Uint8Array, base: number): boolean {
    const count = list(cells, base, false);
    const misses = levels[count - 1] === missingBin;
    const found = search(cells, base, identity);
    if (found) [choice.set, choice.missing] = [false, misses ? missing.right : missing.withMost];
    if (!misses) return found;
    map.set(identity);
    map[missingBin] = 0;
    if (!search(cells, base, map)) return found;
    [choice.set, choice.missing] = [false, missing.left];
    return true;
  }

  return (search, kind, cells, base, draw) => {
    if (kind & isCategorical) return searchCategories(search, kind, cells, base, draw);
    if (random) return searchRandom(search, kind, cells, base, draw);
    if (kind & mayMiss) return searchMissing(search, cells, base);
    if (!search(cells, base, identity)) return false;
    [choice.set, choice.missing] = [false, missing.withMost];
    return true;
  };
}
