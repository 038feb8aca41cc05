import { drawRows, listRows } from './bootstrap.ts';
import { featuresPerSplit, type ForestParameters } from './parameters.ts';
import { randomBelow, type RandomBelow } from './random.ts';
import { packEntry, splitSearch, type NodeTotals } from './split-search.ts';
import type { TrainingData } from './training-data.ts';
import { treeWriter } from './tree-writer.ts';
import type { Tree } from './tree.ts';

const mostRowsByRow = 1024; // nodes of fewer rows read the data by row: those rows stay in the cache from column to column
const together = 4; // columns that one pass over a node's rows collects

/** A node that waits to be split: its number, its part of the rows' order, and its depth. */
type Waiting = { readonly node: number; readonly from: number; readonly to: number; readonly depth: number };

/**
 * Makes the function that grows one tree from its seed: CART (Breiman et al., 1984) with the Gini impurity, on a bootstrap of the rows and
 * with columns drawn anew at each split (Breiman, Random Forests, 2001). As in scikit-learn, where none of the drawn columns can be cut,
 * more are drawn until one can. The memory it works in is made once and used for all trees.
 */
export function treeBuilder(data: TrainingData, parameters: ForestParameters): (seed: number) => Tree {
  const { rows, columns, classes, labels, byRow, byColumn, edges } = data;
  const { maxDepth = Infinity, minSamplesLeaf, minSamplesSplit, bootstrap } = parameters;
  const perSplit = featuresPerSplit(parameters.maxFeatures, columns);
  const search = splitSearch(rows, classes, minSamplesLeaf);
  const order = new Int32Array(rows); // the tree's rows; each node owns a part of it
  const weights = new Uint8Array(rows); // of the entries of `order`
  const moved = new Int32Array(rows); // what goes right, while a node is divided; at first, how often each row was drawn
  const movedWeights = new Uint8Array(rows);
  const entries = new Int32Array(rows); // the node's rows packed, their value still 0
  const offsets = new Int32Array(rows); // of the node's rows in the data as it is read
  const gathered = new Int32Array(together * (rows + 1));
  const counts = new Int32Array(together);
  const drawn = new Int32Array(columns);
  const totals: NodeTotals = { weight: 0, squares: 0, byClass: new Int32Array(classes) };
  const best = new Float64Array(2);

  /** Adds up the node's classes, packs its rows, and answers how many classes it has. */
  function countNode(from: number, to: number): number {
    const { byClass } = totals;
    byClass.fill(0);
    let weight = 0;
    for (let i = from; i < to; i++) {
      const label = labels[order[i] as number] as number;
      const x = weights[i] as number;
      entries[i - from] = packEntry(0, label, x);
      byClass[label] = (byClass[label] as number) + x;
      weight += x;
    }
    let squares = 0;
    let present = 0;
    for (let label = 0; label < classes; label++) {
      const x = byClass[label] as number;
      squares += x * x;
      if (x > 0) present++;
    }
    totals.weight = weight;
    totals.squares = squares;
    return present;
  }

  /** Puts the next of the columns, drawn without repetition, at its place in `drawn`. */
  function draw(place: number, random: RandomBelow): void {
    const other = place + random(columns - place);
    const column = drawn[other] as number;
    drawn[other] = drawn[place] as number;
    drawn[place] = column;
  }

  /** The best column to cut by, or −1; its cut is in `best`. */
  function chooseColumn(count: number, cells: Uint8Array, stride: number, random: RandomBelow): number {
    const perfect = totals.weight - 1e-9;
    const room = rows + 1;
    let chosen = -1;
    best[0] = -1;
    for (let place = 0; place < perSplit; place++) draw(place, random); // all of them, so that leaving early changes no later draw
    for (let place = 0; place < perSplit; place += together) {
      const column = (ahead: number): number => drawn[Math.min(place + ahead, perSplit - 1)] as number;
      gather(
        cells,
        offsets,
        entries,
        count,
        column(0) * stride,
        column(1) * stride,
        column(2) * stride,
        column(3) * stride,
        gathered,
        room,
        counts,
      );
      const ready = Math.min(together, perSplit - place);
      for (let ahead = 0; ahead < ready; ahead++) {
        const found = counts[ahead] as number;
        if (found === 0 || !search(gathered, ahead * room, found, totals, best)) continue;
        chosen = column(ahead);
        if ((best[0] as number) >= perfect) return chosen;
      }
    }
    for (let place = perSplit; place < columns && chosen < 0; place++) {
      draw(place, random);
      const column = drawn[place] as number;
      const found = gatherOne(cells, offsets, entries, count, column * stride, gathered);
      if (found > 0 && search(gathered, 0, found, totals, best)) chosen = column;
    }
    return chosen;
  }

  /** Orders the node's rows by side; answers where the right side begins. */
  function divide(from: number, to: number, cells: Uint8Array, base: number, cut: number): number {
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const weight = weights[i] as number;
      const goesRight = (cut - (cells[base + (offsets[i - from] as number)] as number)) >>> 31;
      order[left] = row; // written to both sides, kept on one: no branch to mispredict
      weights[left] = weight;
      moved[right] = row;
      movedWeights[right] = weight;
      left += 1 - goesRight;
      right += goesRight;
    }
    order.set(moved.subarray(0, right), left);
    weights.set(movedWeights.subarray(0, right), left);
    return left;
  }

  return (seed) => {
    const random = randomBelow(seed);
    drawRows(moved, bootstrap, random);
    const writer = treeWriter();
    const waiting: Waiting[] = [{ node: writer.root, from: 0, to: listRows(moved, order, weights), depth: 0 }];
    for (let column = 0; column < columns; column++) drawn[column] = column;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, from, to, depth } = next;
      const mayCut = countNode(from, to) > 1 && totals.weight >= minSamplesSplit && depth < maxDepth;
      const count = to - from;
      const readByRow = count <= mostRowsByRow;
      const cells = readByRow ? byRow : byColumn;
      const stride = readByRow ? 1 : rows;
      if (mayCut) for (let i = 0; i < count; i++) offsets[i] = (order[from + i] as number) * (readByRow ? columns : 1);
      const column = mayCut ? chooseColumn(count, cells, stride, random) : -1;
      if (column < 0) {
        writer.leaf(node, totals.byClass);
        continue;
      }
      const cut = best[1] as number;
      const middle = divide(from, to, cells, column * stride, cut);
      const left = writer.split(node, column, edges ? (edges[column]?.[cut] as number) : cut + 0.5);
      waiting.push({ node: left + 1, from: middle, to, depth: depth + 1 }, { node: left, from, to: middle, depth: depth + 1 });
    }
    return writer.finish();
  };
}

/** Collects the entries of four columns in one pass, each from a multiple of `room`, leaving out values of 0 without a branch. */
function gather(
  cells: Uint8Array,
  offsets: Int32Array,
  entries: Int32Array,
  count: number,
  base0: number,
  base1: number,
  base2: number,
  base3: number,
  gathered: Int32Array,
  room: number,
  counts: Int32Array,
): void {
  let end0 = 0;
  let end1 = room;
  let end2 = 2 * room;
  let end3 = 3 * room;
  for (let i = 0; i < count; i++) {
    const offset = offsets[i] as number;
    const entry = entries[i] as number;
    const value0 = cells[base0 + offset] as number;
    const value1 = cells[base1 + offset] as number;
    const value2 = cells[base2 + offset] as number;
    const value3 = cells[base3 + offset] as number;
    gathered[end0] = (value0 << 24) | entry;
    end0 += -value0 >>> 31;
    gathered[end1] = (value1 << 24) | entry;
    end1 += -value1 >>> 31;
    gathered[end2] = (value2 << 24) | entry;
    end2 += -value2 >>> 31;
    gathered[end3] = (value3 << 24) | entry;
    end3 += -value3 >>> 31;
  }
  counts[0] = end0;
  counts[1] = end1 - room;
  counts[2] = end2 - 2 * room;
  counts[3] = end3 - 3 * room;
}

function gatherOne(cells: Uint8Array, offsets: Int32Array, entries: Int32Array, count: number, base: number, gathered: Int32Array): number {
  let end = 0;
  for (let i = 0; i < count; i++) {
    const value = cells[base + (offsets[i] as number)] as number;
    gathered[end] = (value << 24) | (entries[i] as number);
    end += -value >>> 31;
  }
  return end;
}
