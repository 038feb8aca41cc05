import type { TrainingData } from './training-data.ts';
import { treeWriter } from './tree-writer.ts';
import type { Tree } from './tree.ts';
import type { Workspace } from './workspace.ts';

/** Writes the tree that an engine has grown in a workspace: bins become thresholds and categories, rows become what leaves hold. */
export function writeTree(data: TrainingData, space: Workspace): Tree {
  const { columnOf, cutOf, fromOf, toOf, childOf, missingOf } = space;
  const writer = treeWriter();
  const writeLeaf = leafWriter(data, space);
  const waiting: [grown: number, node: number][] = [[0, writer.root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [grown, node] = next;
    const column = columnOf[grown] as number;
    if (column < 0) {
      writeLeaf(writer, node, fromOf[grown] as number, toOf[grown] as number);
      continue;
    }
    const missingRight = !data.bytes && missingOf[grown] === 1; // a byte is never missing
    const child = childOf[grown] as number;
    const bins = data.bins[column]!;
    const left =
      'codes' in bins
        ? writer.split(node, column, 0, { missingRight, categories: setOf(space, grown).flatMap((bin) => bins.codes[bin] ?? []) })
        : writer.split(node, column, bins.edges[cutOf[grown] as number] ?? Number.MAX_VALUE, { missingRight }); // known or missing
    waiting.push([child + 1, left + 1], [child, left]);
  }
  return writer.finish();
}

function setOf(space: Workspace, grown: number): number[] {
  const bins: number[] = [];
  for (let bin = 0; bin < 256; bin++) if (((space.setOf[8 * grown + (bin >>> 5)] as number) >>> (bin & 31)) & 1) bins.push(bin);
  return bins;
}

type WriteLeaf = (writer: ReturnType<typeof treeWriter>, node: number, from: number, to: number) => void;

function leafWriter({ arrays, task, classes, meanTarget }: TrainingData, { order, counts }: Workspace): WriteLeaf {
  const { labels, targets, weights } = arrays;
  const weightOf = (i: number): number => (counts[i] as number) * (weights.length > 0 ? (weights[order[i] as number] as number) : 1);
  if (task === 'regression')
    return (writer, node, from, to) => {
      let weight = 0;
      let sum = 0;
      for (let i = from; i < to; i++) {
        weight += weightOf(i);
        sum += weightOf(i) * (targets[order[i] as number] as number);
      }
      writer.value(node, [meanTarget + sum / weight], weight);
    };
  const byClass = new Float64Array(classes); // all 0 between leaves
  return (writer, node, from, to) => {
    const seen: number[] = [];
    let cover = 0;
    for (let i = from; i < to; i++) {
      const label = labels[order[i] as number] as number;
      const weight = weightOf(i);
      if (byClass[label] === 0) seen.push(label);
      byClass[label] = (byClass[label] as number) + weight;
      cover += weight;
    }
    if (seen.length > 1) seen.sort((a, b) => a - b);
    const values = seen.map((label) => byClass[label] as number);
    writer.entries(node, seen, values, cover);
    for (const label of seen) byClass[label] = 0;
  };
}
