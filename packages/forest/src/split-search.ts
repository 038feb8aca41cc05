/**
 * The search for the best cut of one column at one node: where the trainer spends its time.
 *
 * An entry is one row of the node packed in 32 bits: value << 24 | class << 8 | weight. Rows whose value is 0 are left out by the caller:
 * they are what the node's totals leave over, so that columns of mostly zeros, such as pixels, cost little. All three scans below go down
 * from the highest value and move rows from the left side to the right, keeping the sums of squared class weights of both sides:
 * the Gini impurity of a cut is least where Σl²/|l| + Σr²/|r| is greatest, and moving x rows of a class changes those sums by whole numbers.
 * They find the same cuts; they differ in how they come by the order of the values.
 */
export const packEntry = (value: number, label: number, weight: number): number => (value << 24) | (label << 8) | weight;

/** A node's class weights: their sum, the sum of their squares, and one by one. */
export type NodeTotals = { weight: number; squares: number; readonly byClass: Int32Array };

/** Best cut so far, in cells 0 (score, −1 for none) and 1 (the highest value that goes left): an array, since it is written in hot loops. */
export type BestCut = Float64Array;

export type SplitSearch = (entries: Int32Array, from: number, count: number, totals: NodeTotals, best: BestCut) => boolean;

const mostSorted = 16; // entries up to which an insertion sort is fastest
const mostBucketed = 1500; // entries up to which chains are faster than a histogram
const mostWholeSquares = 46_000; // the square of a greater weight leaves 32 bits

/**
 * Makes the search for nodes of up to `rows` entries. It answers whether it found a cut better than `best`, and puts it there.
 */
export function splitSearch(rows: number, classes: number, minSamplesLeaf: number): SplitSearch {
  const right = new Int32Array(classes); // all 0 between scans
  const histogram = new Float64Array(256 * classes);
  const present = new Int32Array(8); // one bit a value
  const heads = new Int32Array(256);
  const links = new Int32Array(rows + 1);
  const bucketed = Math.max(mostBucketed, 64 * classes);

  function scanSorted(entries: Int32Array, from: number, count: number, totals: NodeTotals, best: BestCut): boolean {
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
    const { weight, byClass } = totals;
    let score = best[0] as number;
    let cut = -1;
    let leftSquares = totals.squares | 0;
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
    return finish(score, cut, leftSquares, rightSquares, rightWeight, last, totals, best);
  }

  function scanBuckets(entries: Int32Array, from: number, count: number, totals: NodeTotals, best: BestCut): boolean {
    for (let i = 0; i < count; i++) {
      const value = (entries[from + i] as number) >>> 24;
      links[i] = heads[value] as number;
      heads[value] = i + 1;
      present[value >>> 5] = (present[value >>> 5] as number) | (1 << (value & 31));
    }
    const { weight, byClass } = totals;
    let score = best[0] as number;
    let cut = -1;
    let leftSquares = totals.squares | 0;
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
    return finish(score, cut, leftSquares, rightSquares, rightWeight, last, totals, best);
  }

  function scanHistogram(entries: Int32Array, from: number, count: number, totals: NodeTotals, best: BestCut): boolean {
    for (let i = from; i < from + count; i++) {
      const entry = entries[i] as number;
      const value = entry >>> 24;
      const cell = value * classes + ((entry >>> 8) & 0xffff);
      histogram[cell] = (histogram[cell] as number) + (entry & 0xff);
      present[value >>> 5] = (present[value >>> 5] as number) | (1 << (value & 31));
    }
    const { weight, byClass } = totals;
    let score = best[0] as number;
    let cut = -1;
    let leftSquares = totals.squares;
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
    return finish(score, cut, leftSquares, rightSquares, rightWeight, last, totals, best);
  }

  /** The cut between the rows that were left out, of value 0, and the lowest value that was scanned. */
  function finish(
    score: number,
    cut: number,
    leftSquares: number,
    rightSquares: number,
    rightWeight: number,
    last: number,
    totals: NodeTotals,
    best: BestCut,
  ): boolean {
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

  function clear(entries: Int32Array, from: number, count: number): void {
    if (count > classes) right.fill(0);
    else for (let i = from; i < from + count; i++) right[((entries[i] as number) >>> 8) & 0xffff] = 0;
  }

  return (entries, from, count, totals, best) => {
    const scan = totals.weight > mostWholeSquares || count > bucketed ? scanHistogram : count <= mostSorted ? scanSorted : scanBuckets;
    const found = scan(entries, from, count, totals, best);
    clear(entries, from, count);
    return found;
  };
}
