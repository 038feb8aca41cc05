import { gather, gatherMapped } from './gather.ts';
import { nodeCounter } from './node-counter.ts';
import type { NodeTotals } from './node-totals.ts';
import { featuresPerSplit, type ForestParameters } from './parameters.ts';
import { randomBelow, type RandomBelow } from './random.ts';
import { missing, specialSearch, type Choice } from './special-columns.ts';
import { splitSearch } from './split-search.ts';
import { targetSearch } from './target-search.ts';
import type { TrainingData } from './training-data.ts';
import { weightSearch } from './weight-search.ts';
import { together, type Workspace } from './workspace.ts';

const mostRowsByRow = 1024; // nodes of fewer rows read the data by row: those rows stay in the cache from column to column
const mostOffset = 0xffff_ffff;

/** Grows a tree from the `entries` rows in `order`, with columns drawn from `seed`; answers how many nodes it has, which are in the workspace. */
export type GrowTree = (entries: number, seed: number) => number;

/**
 * CART (Breiman et al., 1984), with columns drawn anew at each split (Breiman, Random Forests, 2001). As in scikit-learn, where none of the
 * drawn columns can be cut, more are drawn until one can. This is the readable engine; kernel/kernel.c is the same in C, function by function.
 */
export function treeGrower(data: TrainingData, parameters: ForestParameters, space: Workspace): GrowTree {
  const { rows, columns } = data;
  const { byRow, byColumn, kinds } = data.arrays;
  const { maxDepth = Infinity, minSamplesLeaf, minSamplesSplit } = parameters;
  const { order, counts, moved, movedCounts, entries, offsets, gathered, drawn, map, bestSet } = space;
  const { columnOf, cutOf, fromOf, toOf, childOf, depthOf, missingOf, setOf, waiting } = space;
  const perSplit = featuresPerSplit(parameters.maxFeatures, columns);
  const random = parameters.splitter === 'random';
  const plain = !random && kinds.every((kind) => kind === 0);
  const room = rows + 1;
  const ends = new Int32Array(together);

  const node: NodeTotals = { count: 0, drawn: 0, weight: 0, terms: 0, heaviest: 0 };
  const best = new Float64Array(2);
  const choice: Choice = { missing: missing.withMost, set: false };
  let counting = false;
  const countNode = nodeCounter(data, parameters, space, node);
  const searchCounts = splitSearch(space, node, best, minSamplesLeaf);
  const searchGathered = (cells: Uint8Array, base: number, map: Uint8Array): boolean =>
    searchCounts(0, gatherMapped(cells, offsets, entries, node.count, base, map, gathered));
  const searchSums =
    data.task === 'regression'
      ? targetSearch(space, node, best, minSamplesLeaf)
      : weightSearch(space, node, best, minSamplesLeaf, parameters.criterion === 'entropy');
  const searchSpecial = specialSearch(space, node, best, choice, () => counting, random);

  /** Puts the next of the columns, drawn without repetition, at its place in `drawn`. */
  function draw(place: number, below: RandomBelow): number {
    const other = place + below(columns - place);
    const column = drawn[other] as number;
    drawn[other] = drawn[place] as number;
    drawn[place] = column;
    return column;
  }

  function search(column: number, cells: Uint8Array, stride: number, below: RandomBelow): boolean {
    return searchSpecial(counting ? searchGathered : searchSums, kinds[column] as number, cells, column * stride, below);
  }

  /** The best of the drawn columns, four in one pass over the rows, or −1; its cut is in `best`. */
  function chooseCounting(cells: Uint8Array, stride: number): number {
    const perfect = node.weight - 1e-9;
    let chosen = -1;
    for (let place = 0; place < perSplit; place += together) {
      const column = (ahead: number): number => drawn[Math.min(place + ahead, perSplit - 1)] as number;
      const bases = [column(0) * stride, column(1) * stride, column(2) * stride, column(3) * stride] as const;
      gather(cells, offsets, entries, node.count, bases[0], bases[1], bases[2], bases[3], gathered, room, ends);
      const ready = Math.min(together, perSplit - place);
      for (let ahead = 0; ahead < ready; ahead++) {
        if (!searchCounts(ahead * room, ends[ahead] as number)) continue;
        chosen = column(ahead);
        if ((best[0] as number) >= perfect) return chosen;
      }
    }
    return chosen;
  }

  function chooseColumn(cells: Uint8Array, stride: number, below: RandomBelow): number {
    best[0] = -Infinity;
    for (let place = 0; place < perSplit; place++) draw(place, below); // all of them, so that leaving early changes no later draw
    let chosen = -1;
    [choice.set, choice.missing] = [false, missing.withMost];
    if (plain && counting) chosen = chooseCounting(cells, stride);
    else
      for (let place = 0; place < perSplit; place++)
        if (search(drawn[place] as number, cells, stride, below)) chosen = drawn[place] as number;
    for (let place = perSplit; place < columns && chosen < 0; place++) {
      const column = draw(place, below);
      if (search(column, cells, stride, below)) chosen = column;
    }
    return chosen;
  }

  /** What each bin of the chosen column does: 0 left, 1 right. */
  function mapSides(): void {
    const cut = best[1] as number;
    for (let bin = 0; bin < 256; bin++)
      map[bin] = choice.set ? 1 - (((bestSet[bin >>> 5] as number) >>> (bin & 31)) & 1) : Number(bin > cut);
    if (!choice.set && choice.missing === missing.left) map[255] = 0;
    if (!choice.set && choice.missing === missing.right) map[255] = 1;
  }

  /** Orders the node's rows by side; answers where the right side begins. */
  function divide(from: number, to: number, cells: Uint8Array, base: number): number {
    mapSides();
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const count = counts[i] as number;
      const goesRight = map[cells[base + (offsets[i - from] as number)] as number] as number;
      order[left] = row; // written to both sides, kept on one: no branch to mispredict
      counts[left] = count;
      moved[right] = row;
      movedCounts[right] = count;
      left += 1 - goesRight;
      right += goesRight;
    }
    order.set(moved.subarray(0, right), left);
    counts.set(movedCounts.subarray(0, right), left);
    return left;
  }

  function add(at: number, from: number, to: number, depth: number): void {
    fromOf[at] = from;
    toOf[at] = to;
    depthOf[at] = depth;
  }

  /** Splits a node, its children being the next two of the `nodes` there are; answers whether it could. */
  function split(at: number, nodes: number, below: RandomBelow): boolean {
    const [from, to, depth] = [fromOf[at] as number, toOf[at] as number, depthOf[at] as number];
    const { mixed, counting: byCounting } = countNode(from, to);
    counting = byCounting;
    columnOf[at] = -1;
    if (!mixed || node.drawn < minSamplesSplit || depth >= maxDepth) return false;
    const byRows = to - from <= mostRowsByRow && rows * columns <= mostOffset;
    const [cells, stride] = byRows ? [byRow, 1] : [byColumn, rows];
    for (let i = 0; i < to - from; i++) offsets[i] = (order[from + i] as number) * (byRows ? columns : 1);
    const column = chooseColumn(cells, stride, below);
    if (column < 0) return false;
    const middle = divide(from, to, cells, column * stride);
    columnOf[at] = column;
    cutOf[at] = choice.set ? -1 : (best[1] as number);
    missingOf[at] = choice.missing === missing.withMost ? Number(to - middle > middle - from) : choice.missing;
    if (choice.set) setOf.set(bestSet, 8 * at);
    childOf[at] = nodes;
    add(nodes, from, middle, depth + 1);
    add(nodes + 1, middle, to, depth + 1);
    return true;
  }

  return (total, seed) => {
    const below = randomBelow(seed);
    for (let column = 0; column < columns; column++) drawn[column] = column;
    add(0, 0, total, 0);
    let nodes = 1;
    let waits = 0;
    waiting[waits++] = 0;
    while (waits > 0) {
      if (!split(waiting[--waits] as number, nodes, below)) continue;
      waiting[waits++] = nodes + 1;
      waiting[waits++] = nodes;
      nodes += 2;
    }
    return nodes;
  };
}
