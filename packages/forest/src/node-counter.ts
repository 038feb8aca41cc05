import { labelOf, packEntry, square, timesLog, type NodeTotals } from './node-totals.ts';
import type { ForestParameters } from './parameters.ts';
import type { TrainingData } from './training-data.ts';
import { bucketed, countsRows, mostWholeSquares, shapeOf, type Workspace } from './workspace.ts';

/** What a node holds: whether its rows differ, and whether they are searched by counting. */
export type NodeKind = { mixed: boolean; counting: boolean };

/**
 * Adds up the rows `from … to` of the order into `node`, packs them as entries, and answers what they are. Only the cells of classes that
 * occur are touched, so that a node of few rows costs little however many classes there are.
 */
export function nodeCounter(
  data: TrainingData,
  parameters: ForestParameters,
  space: Workspace,
  node: NodeTotals,
): (from: number, to: number) => NodeKind {
  const { order, counts, entries, byClass, weightByClass, entryWeights, entryTargets } = space;
  const { labels, targets, weights, kinds } = data.arrays;
  const weighted = weights.length > 0;
  const countsEach = countsRows(shapeOf(data), parameters);
  const term = parameters.criterion === 'entropy' ? timesLog : square;
  const special = kinds.some((kind) => kind !== 0);
  const kind: NodeKind = { mixed: false, counting: false };

  function clear(cells: Int32Array | Float64Array): void {
    if (node.count > cells.length) cells.fill(0);
    else for (let i = 0; i < node.count; i++) cells[labelOf(entries[i] as number)] = 0;
  }

  function count(from: number, to: number): NodeKind {
    clear(byClass); // of the node before
    let drawn = 0;
    let squares = 0;
    let classes = 0;
    for (let i = from; i < to; i++) {
      const label = labels[order[i] as number] as number;
      const x = counts[i] as number;
      const before = byClass[label] as number;
      entries[i - from] = packEntry(0, label, x);
      byClass[label] = before + x;
      squares += x * (2 * before + x);
      drawn += x;
      if (before === 0) classes++;
    }
    node.count = to - from;
    node.drawn = drawn;
    node.weight = drawn;
    node.terms = squares;
    if (special) node.heaviest = heaviest(byClass);
    kind.mixed = classes > 1;
    kind.counting = drawn <= mostWholeSquares || node.count > bucketed(byClass.length);
    if (!kind.counting && kind.mixed) asWeights();
    return kind;
  }

  /** For the search by weights: squares of such a node leave 32 bits, and its classes are too many for a histogram. */
  function asWeights(): void {
    for (let i = 0; i < node.count; i++) {
      const entry = entries[i] as number;
      entryWeights[i] = entry & 0xff;
      weightByClass[labelOf(entry)] = byClass[labelOf(entry)] as number;
    }
  }

  function weigh(from: number, to: number): NodeKind {
    clear(weightByClass);
    node.count = to - from;
    node.drawn = 0;
    node.weight = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const label = labels[row] as number;
      const x = counts[i] as number;
      const weight = weighted ? x * (weights[row] as number) : x;
      entries[i - from] = packEntry(0, label, x);
      entryWeights[i - from] = weight;
      weightByClass[label] = (weightByClass[label] as number) + weight;
      byClass[label] = 1; // seen
      node.weight += weight;
      node.drawn += x;
    }
    node.terms = 0;
    let classes = 0;
    for (let i = 0; i < node.count; i++) {
      const label = labelOf(entries[i] as number);
      if (byClass[label] === 0) continue;
      byClass[label] = 0;
      node.terms += term(weightByClass[label] as number);
      classes++;
    }
    if (special) node.heaviest = heaviest(weightByClass);
    kind.mixed = classes > 1;
    return kind;
  }

  function heaviest(byLabel: Int32Array | Float64Array): number {
    let best = labelOf(entries[0] as number);
    for (let i = 1; i < node.count; i++) {
      const label = labelOf(entries[i] as number);
      const [here, most] = [byLabel[label] as number, byLabel[best] as number];
      if (here > most || (here === most && label < best)) best = label;
    }
    return best;
  }

  function measure(from: number, to: number): NodeKind {
    const first = targets[order[from] as number] as number;
    node.count = to - from;
    node.drawn = 0;
    node.weight = 0;
    node.terms = 0;
    kind.mixed = false;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const x = counts[i] as number;
      const weight = weighted ? x * (weights[row] as number) : x;
      const target = targets[row] as number;
      if (target !== first) kind.mixed = true;
      entries[i - from] = x;
      entryWeights[i - from] = weight;
      entryTargets[i - from] = weight * target;
      node.weight += weight;
      node.terms += weight * target;
      node.drawn += x;
    }
    return kind;
  }

  return data.task === 'regression' ? measure : countsEach ? count : weigh;
}
