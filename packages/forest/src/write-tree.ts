import type { Codes } from './categories.ts';
import type { TrainingData } from './training-data.ts';
import { categorical, missingRight, type Tree } from './tree.ts';
import { wordsOf } from './tree-writer.ts';
import type { Workspace } from './workspace.ts';
import { leafWriter, type WriteLeaf } from './write-leaf.ts';

/**
 * Makes the function that writes the tree of so many nodes that an engine has grown in the workspace: bins become thresholds and categories,
 * rows become what leaves hold. Nodes keep their numbers, splits follow each other as they were made, and leaves in the order of their rows.
 * One function serves all trees of a thread, in loops of their own: each thread compiles them anew, and small ones quickly.
 */
export function grownTreeWriter(data: TrainingData, space: Workspace): (nodes: number) => Tree {
  const { columnOf, childOf } = space;
  const edges = data.bins.map((bins) => ('edges' in bins ? bins.edges : undefined));
  const codes = data.bins.map((bins) => ('codes' in bins ? bins.codes : []));
  const writeLeaf = leafWriter(data, space);
  return (nodes) => {
    const features = columnOf.slice(0, nodes);
    const children = childOf.slice(0, nodes);
    list(features, children, space);
    const splits = writeSplits(features, data.bytes, edges, codes, space);
    return { features, children, ...splits, ...writeLeaves(children, writeLeaf, space) };
  };
}

/** Lists splits by their number, in `links`, and leaves by their first row, in `moved`: both are free once the tree has grown. */
function list(features: Int32Array, children: Int32Array, { fromOf, links, moved }: Workspace): void {
  for (let node = 0; node < features.length; node++) {
    if ((features[node] as number) < 0) moved[fromOf[node] as number] = node;
    else links[((children[node] as number) - 1) >>> 1] = node; // children are numbered in pairs
  }
}

function writeSplits(
  features: Int32Array,
  bytes: boolean,
  edges: readonly (Float64Array | undefined)[],
  codes: readonly Codes[],
  space: Workspace,
): Pick<Tree, 'thresholds' | 'flags' | 'setOffsets' | 'setWords'> {
  const { links, cutOf, missingOf } = space;
  const thresholds = new Float64Array(features.length);
  const flags = new Uint8Array(features.length);
  const setOffsets = [0];
  const setWords: number[] = [];
  for (let split = 0; split < features.length >>> 1; split++) {
    const node = links[split] as number;
    const column = features[node] as number;
    const known = edges[column];
    if (!bytes && missingOf[node] === 1) flags[node] = missingRight; // a byte is never missing
    if (known) {
      const cut = cutOf[node] as number;
      thresholds[node] = cut < known.length ? (known[cut] as number) : Number.MAX_VALUE; // known or missing
    } else {
      flags[node] = (flags[node] as number) | categorical;
      thresholds[node] = setOffsets.length - 1;
      for (const word of wordsOf(binsLeft(space, node).flatMap((bin) => codes[column]?.[bin] ?? []))) setWords.push(word);
      setOffsets.push(setWords.length);
    }
  }
  return { thresholds, flags, setOffsets: Int32Array.from(setOffsets), setWords: Uint32Array.from(setWords) };
}

function writeLeaves(
  children: Int32Array,
  writeLeaf: WriteLeaf,
  { moved, toOf }: Workspace,
): Pick<Tree, 'leafOffsets' | 'leafOutputs' | 'leafValues' | 'covers'> {
  const leaves = (children.length + 1) >>> 1;
  const leafOffsets = new Int32Array(leaves + 1);
  const covers = new Float64Array(leaves);
  const outputs: number[] = [];
  const values: number[] = [];
  for (let leaf = 0, row = 0; leaf < leaves; leaf++) {
    const node = moved[row] as number;
    const end = toOf[node] as number;
    children[node] = leaf;
    covers[leaf] = writeLeaf(row, end, outputs, values);
    leafOffsets[leaf + 1] = outputs.length;
    row = end;
  }
  return { leafOffsets, leafOutputs: new Uint16Array(outputs), leafValues: new Float64Array(values), covers };
}

/** The bins that go left at a node of a categorical column. */
function binsLeft({ setOf }: Workspace, node: number): number[] {
  const bins: number[] = [];
  for (let bin = 0; bin < 256; bin++) if (((setOf[8 * node + (bin >>> 5)] as number) >>> (bin & 31)) & 1) bins.push(bin);
  return bins;
}
