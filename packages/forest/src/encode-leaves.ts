import { encodeNumbers } from './byte-writer.ts';
import { holdsWeights, type Forest } from './forest.ts';
import { countLeaves, doubleCovers, fullLeaves, noCovers, sparseLeaves, weightLeaves, wholeCovers } from './format.ts';
import type { Tree } from './tree.ts';

export type LeafKinds = { readonly leaves: 1 | 2 | 3 | 4; readonly covers: 0 | 1 | 2 };

const isWhole = (number: number): boolean => Number.isInteger(number) && number >= 0 && number < 0x1_0000_0000;

/** The smallest way in which leaves stay what they are. */
export function leafKinds(forest: Forest): LeafKinds {
  const { trees, outputs } = forest;
  if (holdsWeights(forest)) {
    const counts = trees.every(({ leafValues }) => leafValues.every((weight) => weight >= 1 && isWhole(weight)));
    return { leaves: counts ? countLeaves : weightLeaves, covers: noCovers }; // the sum of the weights
  }
  const full = trees.every(({ leafOffsets }) => leafOffsets.every((offset, leaf) => offset === leaf * outputs));
  const known = trees.some(({ covers }) => covers.some((cover) => cover !== 0));
  const whole = trees.every(({ covers }) => covers.every(isWhole));
  return { leaves: full ? fullLeaves : sparseLeaves, covers: known ? (whole ? wholeCovers : doubleCovers) : noCovers };
}

export function encodeLeaves(tree: Tree, leaves: Int32Array, outputs: number, kinds: LeafKinds): Uint8Array {
  if (kinds.leaves === countLeaves) return encodeNumbers(countsOf(tree, leaves, outputs));
  const parts: Uint8Array[] = [];
  for (const leaf of leaves) {
    const [from, to] = [tree.leafOffsets[leaf] as number, tree.leafOffsets[leaf + 1] as number];
    if (kinds.leaves !== fullLeaves) parts.push(encodeNumbers([to - from, ...tree.leafOutputs.subarray(from, to)]));
    parts.push(doubles(tree.leafValues.subarray(from, to)));
    const cover = tree.covers[leaf] as number;
    if (kinds.covers === wholeCovers) parts.push(encodeNumbers([cover]));
    if (kinds.covers === doubleCovers) parts.push(doubles([cover]));
  }
  return Buffer.concat(parts);
}

/** Of each leaf one number where it is of one class; else 0, how many classes, and each with its count. */
function countsOf({ leafOffsets, leafOutputs, leafValues }: Tree, leaves: Int32Array, classes: number): number[] {
  const numbers: number[] = [];
  for (const leaf of leaves) {
    const [from, to] = [leafOffsets[leaf] as number, leafOffsets[leaf + 1] as number];
    if (to - from === 1) numbers.push(1 + (leafOutputs[from] as number) + classes * ((leafValues[from] as number) - 1));
    else {
      numbers.push(0, to - from);
      for (let i = from; i < to; i++) numbers.push(leafOutputs[i] as number, leafValues[i] as number);
    }
  }
  return numbers;
}

function doubles(numbers: ArrayLike<number>): Uint8Array {
  const bytes = Buffer.alloc(8 * numbers.length);
  for (let i = 0; i < numbers.length; i++) bytes.writeDoubleLE(numbers[i] as number, 8 * i);
  return bytes;
}
