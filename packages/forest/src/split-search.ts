import type { BestCut, NodeTotals } from './node-totals.ts';
import { bucketed, mostWholeSquares, type Workspace } from './workspace.ts';

const mostSorted = 16; // entries up to which an insertion sort is fastest

/** The count entries from `from` of packed ones, searched for a better cut than `best`; answers whether there was one. */
export type SplitSearch = (from: number, count: number) => boolean;

/**
 * The search for the best cut of one column at one node where rows are counted: where the trainer spends its time.
 *
 * Entries are packed as `packEntry` says. Rows whose value is 0 are left out by the caller: they are what the node's totals leave over, so
 * that columns of mostly zeros, such as pixels, cost little. All three scans below go down from the highest value and move rows from the left
 * side to the right, keeping the sums of squared class counts of both sides: the Gini impurity of a cut is least where Σl²/|l| + Σr²/|r| is
 * greatest, and moving x rows of a class changes those sums by whole numbers. So they find the same cuts, whatever their order; they differ
 * in how they come by the order of the values.
 */
export function splitSearch(space: Workspace, totals: NodeTotals, best: BestCut, minSamplesLeaf: number): SplitSearch {
  const { gathered: entries, byClass, right, histogram, present, heads, links } = space;
  const classes = byClass.length;
  const mostChained = bucketed(classes);

  function scanSorted(from: number, count: number): boolean {
    for (let i = from + 1; i < from + count; i++) {
      const entry = entries[i] as number;
      const value = entry >>> 24;
      let j = i - 1;
      while (j >= from && (entries[j] as number) >>> 24 < value) {
        entries[j + 1] = entries[j] as number;
        j--;
      }
      entries[j + 1] = entry;
    }
    const { weight } = totals;
    let score = best[0] as number;
    let cut = -1;
    let leftSquares = totals.terms | 0;
    let rightSquares = 0;
    let rightWeight = 0;
    let last = (entries[from] as number) >>> 24;
    for (let i = from; i < from + count; i++) {
      const entry = entries[i] as number;
      const value = entry >>> 24;
      if (value !== last) {
        const leftWeight = weight - rightWeight;
        const candidate = leftSquares / leftWeight + rightSquares / rightWeight;
        if (candidate > score && rightWeight >= minSamplesLeaf && leftWeight >= minSamplesLeaf) {
          score = candidate;
          cut = (last + value) >> 1;
        }
        last = value;
      }
      const label = (entry >>> 8) & 0xffff;
      const x = entry & 0xff;
      const r = right[label] as number;
      const l = ((byClass[label] as number) - r) | 0;
      rightSquares = (rightSquares + Math.imul(x, (r << 1) + x)) | 0;
      leftSquares = (leftSquares - Math.imul(x, (l << 1) - x)) | 0;
      right[label] = r + x;
      rightWeight = (rightWeight + x) | 0;
    }
    return finish(score, cut, leftSquares, rightSquares, rightWeight, last);
  }

  function scanBuckets(from: number, count: number): boolean {
    for (let i = 0; i < count; i++) {
      const value = (entries[from + i] as number) >>> 24;
      links[i] = heads[value] as number;
      heads[value] = i + 1;
      present[value >>> 5] = (present[value >>> 5] as number) | (1 << (value & 31));
    }
    const { weight } = totals;
    let score = best[0] as number;
    let cut = -1;
    let leftSquares = totals.terms | 0;
    let rightSquares = 0;
    let rightWeight = 0;
    let last = -1;
    for (let word = 7; word >= 0; word--) {
      let bits = present[word] as number;
      present[word] = 0;
      while (bits !== 0) {
        const high = 31 - Math.clz32(bits);
        bits ^= 1 << high;
        const value = (word << 5) + high;
        if (rightWeight !== 0) {
          const leftWeight = weight - rightWeight;
          const candidate = leftSquares / leftWeight + rightSquares / rightWeight;
          if (candidate > score && rightWeight >= minSamplesLeaf && leftWeight >= minSamplesLeaf) {
            score = candidate;
            cut = (last + value) >> 1;
          }
        }
        last = value;
        let link = heads[value] as number;
        heads[value] = 0;
        do {
          const entry = entries[from + link - 1] as number;
          const label = (entry >>> 8) & 0xffff;
          const x = entry & 0xff;
          const r = right[label] as number;
          const l = ((byClass[label] as number) - r) | 0;
          rightSquares = (rightSquares + Math.imul(x, (r << 1) + x)) | 0;
          leftSquares = (leftSquares - Math.imul(x, (l << 1) - x)) | 0;
          right[label] = r + x;
          rightWeight = (rightWeight + x) | 0;
          link = links[link - 1] as number;
        } while (link !== 0);
      }
    }
    return finish(score, cut, leftSquares, rightSquares, rightWeight, last);
  }

  function scanHistogram(from: number, count: number): boolean {
    for (let i = from; i < from + count; i++) {
      const entry = entries[i] as number;
      const value = entry >>> 24;
      const cell = value * classes + ((entry >>> 8) & 0xffff);
      histogram[cell] = (histogram[cell] as number) + (entry & 0xff);
      present[value >>> 5] = (present[value >>> 5] as number) | (1 << (value & 31));
    }
    const { weight } = totals;
    let score = best[0] as number;
    let cut = -1;
    let leftSquares = totals.terms;
    let rightSquares = 0;
    let rightWeight = 0;
    let last = -1;
    for (let word = 7; word >= 0; word--) {
      let bits = present[word] as number;
      present[word] = 0;
      while (bits !== 0) {
        const high = 31 - Math.clz32(bits);
        bits ^= 1 << high;
        const value = (word << 5) + high;
        if (rightWeight !== 0) {
          const leftWeight = weight - rightWeight;
          const candidate = leftSquares / leftWeight + rightSquares / rightWeight;
          if (candidate > score && rightWeight >= minSamplesLeaf && leftWeight >= minSamplesLeaf) {
            score = candidate;
            cut = (last + value) >> 1;
          }
        }
        last = value;
        const start = value * classes;
        for (let label = 0; label < classes; label++) {
          const x = histogram[start + label] as number;
          if (x === 0) continue;
          const r = right[label] as number;
          const l = (byClass[label] as number) - r;
          rightSquares += x * (2 * r + x);
          leftSquares -= x * (2 * l - x);
          right[label] = r + x;
          rightWeight += x;
          histogram[start + label] = 0;
        }
      }
    }
    return finish(score, cut, leftSquares, rightSquares, rightWeight, last);
  }

  /** The cut between the rows that were left out, of value 0, and the lowest value that was scanned. */
  function finish(score: number, cut: number, leftSquares: number, rightSquares: number, rightWeight: number, last: number): boolean {
    const leftWeight = totals.weight - rightWeight;
    if (leftWeight >= minSamplesLeaf && rightWeight >= minSamplesLeaf) {
      const candidate = leftSquares / leftWeight + rightSquares / rightWeight;
      if (candidate > score) {
        score = candidate;
        cut = last >> 1;
      }
    }
    if (cut < 0) return false;
    best[0] = score;
    best[1] = cut;
    return true;
  }

  function clear(from: number, count: number): void {
    if (count > classes) right.fill(0);
    else for (let i = from; i < from + count; i++) right[((entries[i] as number) >>> 8) & 0xffff] = 0;
  }

  return (from, count) => {
    if (count === 0) return false;
    const many = totals.weight > mostWholeSquares || count > mostChained;
    const found = many ? scanHistogram(from, count) : count <= mostSorted ? scanSorted(from, count) : scanBuckets(from, count);
    clear(from, count);
    return found;
  };
}
