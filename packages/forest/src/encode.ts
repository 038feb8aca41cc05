import { crc32 } from 'node:zlib';
import { ForestError } from './error.ts';
import { byteThresholds, checksumBytes, doubleThresholds, featureBytes, formatVersion, headerBytes, magic } from './format.ts';
import type { Forest, Tree } from './tree.ts';

const mostBytes = 0xffff_ffff;

/**
 * A forest as the bytes of a `.bin` file, described in docs/forest-format.md. The same forest gives the same bytes.
 * @throws ForestError where the file would be larger than 4 GiB.
 */
export function encodeForest(forest: Forest): Uint8Array {
  const trees = forest.trees.map((tree) => encodeTree(tree, forest));
  const size = headerBytes + trees.reduce((sum, tree) => sum + tree.length, 0) + checksumBytes;
  if (size > mostBytes) throw new ForestError(`the forest takes ${size} bytes; a file holds at most ${mostBytes}`);
  const bytes = Buffer.alloc(size);
  bytes.write(magic, 'latin1');
  bytes.writeUInt16LE(formatVersion, 8);
  bytes.writeUInt16LE(forest.bytes ? byteThresholds : doubleThresholds, 10);
  bytes.writeUInt32LE(forest.columns, 12);
  bytes.writeUInt32LE(forest.classes, 16);
  bytes.writeUInt32LE(forest.trees.length, 20);
  bytes.writeUInt32LE(size, 24);
  let at = headerBytes;
  for (const tree of trees) {
    bytes.set(tree, at);
    at += tree.length;
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

function encodeTree(tree: Tree, { bytes: asBytes, columns }: Forest): Uint8Array {
  const nodes = tree.features.length;
  const inner = (nodes - 1) / 2;
  const width = featureBytes(columns);
  const shape = Buffer.alloc(Math.ceil(nodes / 8));
  const features = Buffer.alloc(inner * width);
  const thresholds = Buffer.alloc(inner * (asBytes ? 1 : 8));
  const leaves: number[] = [];
  let position = 0;
  let seen = 0;
  for (const node of preorder(tree)) {
    const feature = tree.features[node] as number;
    const threshold = tree.thresholds[node] as number;
    const at = position++;
    if (feature < 0) {
      leaves.push(tree.children[node] as number);
      continue;
    }
    shape[at >> 3] = (shape[at >> 3] as number) | (1 << (at & 7));
    features.writeUIntLE(feature, seen * width, width);
    if (asBytes) thresholds[seen] = threshold - 0.5;
    else thresholds.writeDoubleLE(threshold, seen * 8);
    seen++;
  }
  const head = Buffer.alloc(8);
  head.writeUInt32LE(nodes, 0);
  head.writeUInt32LE(tree.mixedOffsets.length - 1, 4);
  return Buffer.concat([head, shape, features, thresholds, encodeNumbers(leaves), encodeNumbers(mixedLeaves(tree))]);
}

function* preorder(tree: Tree): Generator<number> {
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    const left = tree.children[node] as number;
    if ((tree.features[node] as number) >= 0) waiting.push(left + 1, left);
  }
}

/** Of each mixed leaf: how many classes, then each class and its count. */
function* mixedLeaves({ mixedOffsets, mixedClasses, mixedCounts }: Tree): Generator<number> {
  for (let leaf = 0; leaf + 1 < mixedOffsets.length; leaf++) {
    const from = mixedOffsets[leaf] as number;
    const to = mixedOffsets[leaf + 1] as number;
    yield to - from;
    for (let i = from; i < to; i++) {
      yield mixedClasses[i] as number;
      yield mixedCounts[i] as number;
    }
  }
}

/** Whole numbers, seven bits a byte, low ones first; the high bit says that more follow (LEB128). */
function encodeNumbers(numbers: Iterable<number>): Uint8Array {
  const bytes: number[] = [];
  for (let number of numbers) {
    for (; number > 0x7f; number = Math.floor(number / 0x80)) bytes.push((number % 0x80) | 0x80);
    bytes.push(number);
  }
  return Uint8Array.from(bytes);
}
