import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeForest } from './decode.ts';
import { encodeForest } from './encode.ts';
import { ForestError } from './error.ts';
import { fuzzForests } from './test/fuzz-forests.ts';
import { randomForest, shapes } from './test/random-forest.ts';
import { growForest, pseudoRandom } from './test/trees.ts';
import type { Forest } from './forest.ts';

function train(options: { bytes: boolean; rows?: number; columns?: number; classes?: number; maxDepth?: number }): Forest {
  const { bytes, rows = 120, columns = 6, classes = 4, maxDepth } = options;
  const random = pseudoRandom(classes);
  const numbers = Array.from({ length: rows * columns }, () => random() * 255);
  const labels = Uint16Array.from({ length: rows }, () => Math.floor(random() * classes));
  const data = { features: bytes ? Uint8Array.from(numbers) : Float64Array.from(numbers), labels, rows, columns, classes };
  return growForest(data, { nEstimators: 3, maxDepth });
}

let small: Uint8Array;
beforeAll(() => {
  small = encodeForest(train({ bytes: true, maxDepth: 3 }));
});

/** With a checksum that is right again, so that everything behind it is reached. */
function signed(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  if (copy.length >= 40) copy.writeUInt32LE(crc32(copy.subarray(0, -4)), copy.length - 4);
  return copy;
}

/** Where the columns of the first tree begin, behind its shape. */
const columnsAt = (): number => 40 + Math.ceil(small[36]! / 8);

function changed(at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(small);
  copy[at] = value;
  return signed(copy);
}

describe('encodeForest and decodeForest', () => {
  test.each(shapes)('give back the same forest: %s', (_, shape) => {
    for (let seed = 0; seed < 5; seed++) {
      const forest = randomForest(seed, shape);
      const bytes = encodeForest(forest);
      const read = decodeForest(bytes);
      expect(read).toEqual(forest);
      expect(Buffer.compare(encodeForest(read), bytes)).toBe(0);
    }
  });

  test('give back a forest that was trained', () => {
    const forest = train({ bytes: false, classes: 7 });
    expect(decodeForest(encodeForest(forest))).toEqual(forest);
  });

  test.each([
    ['thresholds that are none of bytes', { ...randomForest(1, { depth: 2 }), bytes: true }, 'some threshold is not halfway between two'],
    ['fewer outputs than classes', { ...randomForest(1), outputs: 3 }, '3 outputs for 4 classes'],
  ])('refuse to write %s', (_, forest, message) => {
    expect(() => encodeForest(forest)).toThrow(message);
  });

  test('write a stump as docs/forest-format.md spells it out', () => {
    const data = { features: Uint8Array.of(10, 20), labels: Uint8Array.of(0, 1), rows: 2, columns: 1, classes: 2 };
    const bytes = encodeForest(growForest(data, { nEstimators: 1, bootstrap: false }));
    const header = `${Buffer.from('SWFOREST').toString('hex')} 0200 01 01 00 00 0000 01000000 02000000 02000000 01000000 30000000`;
    const body = `${header} 03000000 01 0f 01 02 ebfd8e65`;
    expect(Buffer.from(bytes).toString('hex')).toBe(body.replaceAll(' ', ''));
  });

  test('read from the middle of a larger buffer', () => {
    const larger = new Uint8Array(small.length + 11);
    larger.set(small, 7);
    expect(decodeForest(larger.subarray(7, 7 + small.length))).toEqual(decodeForest(small));
  });
});

describe('a damaged file', () => {
  test('is refused for any single bit that is flipped', () => {
    for (let bit = 0; bit < small.length * 8; bit++) {
      const copy = Uint8Array.from(small);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeForest(copy)).toThrow(ForestError);
    }
  });

  test('is refused wherever it is cut off, or goes on', () => {
    for (let length = 0; length < small.length; length++) expect(() => decodeForest(small.subarray(0, length))).toThrow(ForestError);
    expect(() => decodeForest(Buffer.concat([small, Buffer.alloc(1)]))).toThrow('but');
  });

  test.each([
    ['another magic', () => changed(0, 0x73), 'at byte 0: it does not begin with SWFOREST'],
    ['a later version', () => changed(8, 3), 'at byte 8: version 3; this program reads version 2'],
    ['an unknown kind of thresholds', () => changed(10, 9), 'at byte 10: kind of thresholds is 9'],
    ['an unknown kind of leaves', () => changed(11, 0), 'at byte 11: kind of leaves is 0'],
    ['values where there are weights', () => changed(11, 3), 'at byte 11: leaves of kind 3, but the forest holds weights'],
    ['an unknown kind of covers', () => changed(12, 3), 'at byte 12: kind of covers is 3'],
    ['covers beside weights', () => changed(12, 1), 'at byte 12: covers of kind 1 beside weights'],
    ['an unknown link', () => changed(13, 3), 'at byte 13: link is 3'],
    ['a link of a mean', () => changed(13, 1), 'at byte 20: a mean goes through no link, but logistic is stated'],
    ['an unknown flag', () => changed(14, 16), 'at byte 14: flags are 16'],
    ['no columns', () => changed(16, 0), 'at byte 16: 0 columns'],
    ['a column just beyond the last', () => changed(columnsAt(), small[columnsAt()]! | 7), /at byte \d+: tree 0: column 7 of 6/],
    ['too many classes', () => changed(22, 1), 'at byte 20: 65540 classes'],
    ['fewer outputs than classes', () => changed(24, 3), 'at byte 20: 3 outputs for 4 classes'],
    ['no trees', () => changed(28, 0), 'at byte 28: it has no trees'],
    ['another size', () => changed(32, 1), 'at byte 32: it says'],
    ['an even number of nodes', () => changed(36, 12), 'at byte 36: tree 0 has 12 nodes'],
    ['more nodes than there is room for', () => changed(39, 0x7f), /nodes take \d+ bytes, but only \d+ are left/],
    ['a shape that ends early', () => changed(40, 0), 'at byte 40: tree 0: its shape is complete after 1 of'],
    ['a shape that never ends', () => changed(40, 0xff), /its shape has more than|its shape go on/],
    ['a flipped bit', () => Uint8Array.from(small, (byte, at) => (at === 60 ? byte ^ 1 : byte)), 'is stated: the file is damaged'],
  ])('says where and why: %s', (_, make, message) => {
    expect(() => decodeForest(make())).toThrow(ForestError);
    expect(() => decodeForest(make())).toThrow(message);
  });

  test('never does worse than being refused, though its checksum is right; `nx fuzz forest` tries a million', () => {
    const { refused, read } = fuzzForests(6000, 5);
    expect(refused + read).toBe(6000);
    expect(Math.min(refused, read)).toBeGreaterThan(300); // both are tried
  });
});
