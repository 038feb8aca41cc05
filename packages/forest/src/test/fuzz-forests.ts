import { crc32 } from 'node:zlib';
import { decodeForest } from '../decode.ts';
import { encodeForest } from '../encode.ts';
import { ForestError } from '../error.ts';
import type { Forest } from '../forest.ts';
import { forestPredictor } from '../predictor.ts';
import { randomForest, shapes } from './random-forest.ts';
import { pseudoRandom } from './trees.ts';

export type Outcome = { readonly refused: number; readonly read: number; readonly longestMs: number };

const interesting = [0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff];
const mostCells = 1 << 16; // of a row or an answer that is worth the memory

/**
 * Changes sound files of all kinds and reads them: bits flipped, bytes set, pieces cut out, doubled or exchanged with another file. Half of
 * them get a right checksum again, so that all behind it is reached. A file is refused with a ForestError, or it is a forest: then it must
 * predict, and be written and read again as the same bytes say.
 *
 * @throws whatever else happens, with the mutation that made it.
 */
export function fuzzForests(mutations: number, seed: number): Outcome {
  const random = pseudoRandom(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const sound = shapes.flatMap(([, shape]) => [1, 2].map((each) => encodeForest(randomForest(each, { ...shape, trees: each, depth: 3 }))));
  const small = sound.filter((bytes) => bytes.length < 4000);
  let [refused, read, longestMs] = [0, 0, 0];
  for (let i = 0; i < mutations; i++) {
    const bytes = mutate(Buffer.from(small[below(small.length)] as Uint8Array), small[below(small.length)] as Uint8Array, below);
    const began = performance.now();
    try {
      use(decodeForest(bytes));
      read++;
    } catch (error) {
      if (!(error instanceof ForestError)) throw new Error(`mutation ${i} of seed ${seed}: ${bytes.toString('hex')}`, { cause: error });
      refused++;
    }
    longestMs = Math.max(longestMs, performance.now() - began);
  }
  return { refused, read, longestMs };
}

function mutate(given: Buffer, other: Uint8Array, below: (most: number) => number): Buffer {
  let bytes = given;
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(bytes.length);
    const kind = below(8);
    if (kind < 3) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    else if (kind < 5) bytes[at] = kind === 3 ? below(256) : (interesting[below(interesting.length)] as number);
    else if (kind === 5) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + below(8)))]);
    else if (kind === 6) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - below(8)))]);
    else other.subarray(at, at + 1 + below(16)).forEach((byte, i) => at + i < bytes.length && (bytes[at + i] = byte));
    if (bytes.length === 0) return bytes;
  }
  if (below(8) > 0 && bytes.length >= 40) bytes.writeUInt32LE(bytes.length, 32); // the size that it now has
  if (below(2) > 0 && bytes.length >= 4) bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

/** Asks all of a forest that a file can hold; only what a file of its size justifies may be asked for. */
function use(forest: Forest): void {
  const { columns, classes, outputs, task } = forest;
  if (Math.max(columns, classes, outputs) > mostCells) return;
  const predictor = forestPredictor(forest);
  const row = Float64Array.from({ length: columns }, (_, column) => (column % 7 === 6 ? NaN : column % 40));
  const out = new Float64Array(Math.max(classes, outputs));
  if (task === 'regression') predictor.predictValues(row, 1, out);
  else predictor.predictProba(row, 1, out);
  predictor.contributions(row, 1, outputs - 1);
  const leaves = predictor.leaves(row, 1);
  for (const [index, leaf] of leaves.entries())
    if (leaf >= (forest.trees[index]?.covers.length ?? 0)) throw new Error(`leaf ${leaf} of tree ${index} is not there`);
  const again = encodeForest(forest);
  if (Buffer.compare(encodeForest(decodeForest(again)), again) !== 0) throw new Error('written and read again, it is another forest');
}
