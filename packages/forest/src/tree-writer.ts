import { categorical, missingRight, mostCategories, type Tree } from './tree.ts';
import { ForestError } from './error.ts';

export type SplitOptions = {
  /** Whether missing values (NaN) go right; they go left unless said otherwise. */
  readonly missingRight?: boolean;
  /** The categories that go left, in place of a threshold: whole numbers from 0 to 65,535. */
  readonly categories?: Iterable<number>;
};

/** Writes a tree node by node. Children are numbered in pairs, in the order of the calls of `split`; leaves in the order of their calls. */
export type TreeWriter = {
  readonly root: number;
  /** Makes `node` an inner node; answers its left child, whose neighbour is the right one. */
  split(node: number, column: number, threshold: number, options?: SplitOptions): number;
  /** Makes `node` a leaf of training rows of these weights, one a class. */
  leaf(node: number, byClass: Int32Array | Float64Array): void;
  /** Makes `node` a leaf of these values, one an output, and of training rows of this weight. */
  value(node: number, values: ArrayLike<number>, cover: number): void;
  /** Makes `node` a leaf that says something of some outputs only, which ascend. */
  entries(node: number, outputs: ArrayLike<number>, values: ArrayLike<number>, cover: number): void;
  finish(): Tree;
};

export function treeWriter(): TreeWriter {
  let features = new Int32Array(4096);
  let thresholds = new Float64Array(4096);
  let children = new Int32Array(4096);
  let flags = new Uint8Array(4096);
  let nodes = 1;
  const leafOffsets = [0];
  const leafOutputs: number[] = [];
  const leafValues: number[] = [];
  const covers: number[] = [];
  const setOffsets = [0];
  const setWords: number[] = [];

  function makeRoom(): void {
    if (nodes + 2 <= features.length) return;
    const grow = <T extends Int32Array | Float64Array | Uint8Array>(bigger: T, array: T): T => (bigger.set(array), bigger);
    const room = 2 * nodes + 2;
    features = grow(new Int32Array(room), features);
    thresholds = grow(new Float64Array(room), thresholds);
    children = grow(new Int32Array(room), children);
    flags = grow(new Uint8Array(room), flags);
  }

  function writeSet(categories: Iterable<number>): number {
    for (const word of wordsOf(categories)) setWords.push(word);
    setOffsets.push(setWords.length);
    return setOffsets.length - 2;
  }

  function endLeaf(node: number, cover: number): void {
    features[node] = -1;
    children[node] = covers.length;
    covers.push(cover);
    leafOffsets.push(leafOutputs.length);
  }

  return {
    root: 0,
    split(node, column, threshold, options) {
      makeRoom();
      features[node] = column;
      thresholds[node] = options?.categories ? writeSet(options.categories) : threshold;
      flags[node] = (options?.missingRight ? missingRight : 0) | (options?.categories ? categorical : 0);
      children[node] = nodes;
      nodes += 2;
      return nodes - 2;
    },
    leaf(node, byClass) {
      let cover = 0;
      for (let label = 0; label < byClass.length; label++) {
        const weight = byClass[label] as number;
        if (weight <= 0) continue;
        leafOutputs.push(label);
        leafValues.push(weight);
        cover += weight;
      }
      endLeaf(node, cover);
    },
    value(node, values, cover) {
      for (let output = 0; output < values.length; output++) {
        leafOutputs.push(output);
        leafValues.push(values[output] as number);
      }
      endLeaf(node, cover);
    },
    entries(node, outputs, values, cover) {
      for (let i = 0; i < outputs.length; i++) {
        leafOutputs.push(outputs[i] as number);
        leafValues.push(values[i] as number);
      }
      endLeaf(node, cover);
    },
    finish: () => ({
      features: features.slice(0, nodes),
      thresholds: thresholds.slice(0, nodes),
      flags: flags.slice(0, nodes),
      children: children.slice(0, nodes),
      leafOffsets: Int32Array.from(leafOffsets),
      leafOutputs: Uint16Array.from(leafOutputs),
      leafValues: Float64Array.from(leafValues),
      covers: Float64Array.from(covers),
      setOffsets: Int32Array.from(setOffsets),
      setWords: Uint32Array.from(setWords),
    }),
  };
}

/** A set of categories as the words of a tree. @throws ForestError for what is no category. */
export function wordsOf(categories: Iterable<number>): readonly number[] {
  const words: number[] = [];
  for (const category of categories) {
    if (!Number.isInteger(category) || category < 0 || category >= mostCategories)
      throw new ForestError(`category ${category}; categories are whole numbers from 0 to ${mostCategories - 1}`);
    while (words.length <= category >>> 5) words.push(0);
    words[category >>> 5] = ((words[category >>> 5] as number) | (1 << (category & 31))) >>> 0;
  }
  return words;
}
