import { crc32 } from 'node:zlib';
import { encodeNumbers, packBits } from './byte-writer.ts';
import { encodeLeaves, leafKinds, type LeafKinds } from './encode-leaves.ts';
import { ForestError } from './error.ts';
import type { Forest } from './forest.ts';
import {
  byteThresholds,
  checksumBytes,
  columnBits,
  contradiction,
  doubleThresholds,
  float32Flag,
  floatThresholds,
  formatVersion,
  headerBytes,
  links,
  magic,
  regressionFlag,
  splitFlagsFlag,
  sumFlag,
  thresholdBytes,
} from './format.ts';
import { categorical, missingRight, type Tree } from './tree.ts';

const mostBytes = 0xffff_ffff;

type Kinds = LeafKinds & { readonly thresholds: 1 | 2 | 3; readonly splitFlags: boolean };

/**
 * A forest as the bytes of a `.bin` file, described in docs/forest-format.md. The same forest gives the same bytes.
 * @throws ForestError where the file would be larger than 4 GiB, or the forest is none.
 */
export function encodeForest(forest: Forest): Uint8Array {
  const wrong = contradiction(forest);
  if (wrong) throw new ForestError(`this forest cannot be written: ${wrong}`);
  const kinds = {
    ...leafKinds(forest),
    thresholds: thresholdKind(forest),
    splitFlags: forest.trees.some((tree) => tree.flags.some(Boolean)),
  };
  const base = Buffer.alloc(forest.aggregate === 'sum' ? 8 * forest.outputs : 0);
  for (let i = 0; i < base.length / 8; i++) base.writeDoubleLE(forest.base[i] as number, 8 * i);
  const trees = forest.trees.map((tree) => encodeTree(tree, forest, kinds));
  const size = headerBytes + base.length + trees.reduce((sum, tree) => sum + tree.length, 0) + checksumBytes;
  if (size > mostBytes) throw new ForestError(`the forest takes ${size} bytes; a file holds at most ${mostBytes}`);
  const bytes = Buffer.concat([encodeHeader(forest, kinds, size), base, ...trees], size);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, size - checksumBytes)), size - checksumBytes);
  return bytes;
}

function encodeHeader(forest: Forest, kinds: Kinds, size: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 'latin1');
  header.writeUInt16LE(formatVersion, 8);
  header[10] = kinds.thresholds;
  header[11] = kinds.leaves;
  header[12] = kinds.covers;
  header[13] = links.indexOf(forest.link);
  const flags = [
    forest.task === 'regression' && regressionFlag,
    forest.aggregate === 'sum' && sumFlag,
    forest.float32 && float32Flag,
    kinds.splitFlags && splitFlagsFlag,
  ];
  header.writeUInt16LE(
    flags.reduce<number>((sum, flag) => sum + Number(flag), 0),
    14,
  );
  const numbers = [forest.columns, forest.classes, forest.outputs, forest.trees.length, size];
  for (const [i, number] of numbers.entries()) header.writeUInt32LE(number, 16 + 4 * i);
  return header;
}

/** The smallest way in which all thresholds stay what they are. */
function thresholdKind({ bytes, trees }: Forest): Kinds['thresholds'] {
  const every = (holds: (threshold: number) => boolean): boolean =>
    trees.every(({ features, flags, thresholds }) =>
      thresholds.every((t, node) => (features[node] as number) < 0 || ((flags[node] as number) & categorical) !== 0 || holds(t)),
    );
  if (bytes && every((t) => t > 0 && t < 256 && t - 0.5 === Math.floor(t))) return byteThresholds;
  if (bytes) throw new ForestError('the forest is said to be of bytes, but some threshold is not halfway between two of them');
  return every((t) => Math.fround(t) === t) ? floatThresholds : doubleThresholds;
}

function encodeTree(tree: Tree, { columns, outputs }: Forest, kinds: Kinds): Uint8Array {
  // Typed arrays, since this runs beside a training: what it leaves to the garbage collector would make the young generation grow.
  const order = preorder(tree);
  const shape = order.map((node) => Number((tree.features[node] as number) >= 0));
  const splits = order.filter((_, at) => shape[at] === 1);
  const leaves = order.filter((_, at) => shape[at] === 0).map((node) => tree.children[node] as number);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(order.length);
  const columnOf = splits.map((node) => tree.features[node] as number);
  return Buffer.concat([
    head,
    packBits(shape, 1),
    packBits(columnOf, columnBits(columns)),
    encodeThresholds(tree, splits, kinds.thresholds),
    ...(kinds.splitFlags ? encodeFlags(tree, splits) : []),
    encodeLeaves(tree, leaves, outputs, kinds),
  ]);
}

function preorder(tree: Tree): Int32Array {
  const order = new Int32Array(tree.features.length);
  const waiting = [0];
  let count = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    order[count++] = node;
    const left = tree.children[node] as number;
    if ((tree.features[node] as number) >= 0) waiting.push(left + 1, left);
  }
  return order.subarray(0, count);
}

function encodeThresholds({ thresholds, flags }: Tree, splits: Int32Array, kind: Kinds['thresholds']): Buffer {
  const width = thresholdBytes[kind];
  const bytes = Buffer.alloc(splits.length * width);
  for (let i = 0; i < splits.length; i++) {
    const node = splits[i] as number;
    if (((flags[node] as number) & categorical) !== 0) continue; // its set is written instead
    const threshold = thresholds[node] as number;
    if (kind === byteThresholds) bytes[i] = threshold - 0.5;
    else if (kind === floatThresholds) bytes.writeFloatLE(threshold, i * width);
    else bytes.writeDoubleLE(threshold, i * width);
  }
  return bytes;
}

/** Which splits send missing values right, which are categorical, and the sets of those. */
function encodeFlags({ thresholds, flags, setOffsets, setWords }: Tree, splits: Int32Array): Uint8Array[] {
  const bits = (flag: number): Uint8Array =>
    packBits(
      splits.map((node) => Number(((flags[node] as number) & flag) !== 0)),
      1,
    );
  const sets = [...splits]
    .filter((node) => ((flags[node] as number) & categorical) !== 0)
    .flatMap((node) => {
      const set = thresholds[node] as number;
      const words = setWords.subarray(setOffsets[set], setOffsets[set + 1]);
      const bytes = Buffer.alloc(4 * words.length);
      for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, 4 * i);
      return [encodeNumbers([words.length]), bytes];
    });
  return [bits(missingRight), bits(categorical), ...sets];
}
