import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { outlineOf, type Forest } from './forest.ts';
import { layOut } from './layout.ts';
import { leafReacher } from './reach.ts';
import { randomForest, shapes, type Shape } from './test/random-forest.ts';
import { pseudoRandom } from './test/trees.ts';
import { treeWriter } from './tree-writer.ts';
import { walk, type Numbers } from './walk.ts';

const kinds = { bytes: Uint8Array, floats: Float32Array, doubles: Float64Array };

/** The double next to a number, above or below. */
function next(x: number, up: boolean): number {
  if (x === 0) return up ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0]! += x > 0 === up ? 1n : -1n;
  return new Float64Array(bits.buffer)[0] as number;
}

/** Numbers at which walks part: thresholds, what is next to them, what is no ordinary number. */
function numbersAround({ trees }: Forest, length: number, random: () => number, missing: boolean): Float64Array {
  const thresholds = trees.flatMap((tree) => [...tree.thresholds]);
  const odd = [0, -0, 1e-320, -1e-320, 0.25, 254.5, 255, 256, 1e300, -1e300, Infinity, -Infinity, ...(missing ? [NaN] : [])];
  const pick = (from: readonly number[]): number => from[Math.floor(random() * from.length)] as number;
  return Float64Array.from({ length }, () => {
    const threshold = pick(thresholds);
    return pick([threshold, next(threshold, true), next(threshold, false), Math.fround(threshold), random() * 260 - 2, pick(odd)]);
  });
}

/** Expects the leaves that rows reach, block by block, to be those that each row alone reaches, walked step by step. */
function expectSameLeaves(forest: Forest, features: Numbers, rows: number): void {
  const layout = layOut(forest);
  const trees = forest.trees.length;
  const { blockRows, reach } = leafReacher(outlineOf(forest), layout);
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const expected = forest.trees.flatMap((_, tree) =>
      Array.from({ length: count }, (_, row) => walk(layout, tree, features, (first + row) * forest.columns)),
    );
    expect([...reach(features, first, count).subarray(0, count * trees)]).toEqual(expected);
  }
}

const any = fc.record({
  seed: fc.nat(1_000_000),
  shape: fc.constantFrom<Shape>(...shapes.map(([, shape]) => shape).filter(({ columns = 0 }) => columns < 1000)),
  float32: fc.boolean(),
  trees: fc.integer({ min: 1, max: 11 }),
  depth: fc.integer({ min: 0, max: 9 }),
  rows: fc.integer({ min: 1, max: 40 }),
  missing: fc.boolean(),
  kind: fc.constantFrom<keyof typeof kinds>('bytes', 'floats', 'doubles'),
});

test('walks side by side end where each walk alone ends: any forest, any numbers', () => {
  fc.assert(
    fc.property(any, ({ seed, shape, float32, trees, depth, rows, missing, kind }) => {
      const forest = randomForest(seed, { ...shape, float32, trees, depth });
      const numbers = numbersAround(forest, rows * forest.columns, pseudoRandom(seed), missing);
      expectSameLeaves(forest, kinds[kind].from(numbers), rows);
    }),
    { numRuns: 600 },
  );
});

test.each([
  ['of bytes', { bytes: true, columns: 784, trees: 5 }, 600],
  ['of doubles', { columns: 784, trees: 5 }, 600],
  ['of more columns than are made bytes at once', { bytes: true, columns: 40_000, trees: 3 }, 13],
  ['of more trees than columns', { bytes: true, columns: 3, trees: 500, depth: 3 }, 300],
] as const)('rows beyond a block, %s', (_, shape, rows) => {
  const forest = randomForest(5, shape);
  const numbers = numbersAround(forest, rows * forest.columns, pseudoRandom(9), false);
  for (const features of [numbers, Float32Array.from(numbers), Uint8Array.from(numbers)]) expectSameLeaves(forest, features, rows);
});

test('every byte, its halves and the doubles next to them, fall as they do when they are compared as doubles', () => {
  const writer = treeWriter();
  let right = writer.root;
  for (let byte = 0; byte < 255; byte++) {
    const left = writer.split(right, 0, byte + 0.5);
    writer.leaf(left, Int32Array.of(byte + 1, 1));
    right = left + 1;
  }
  writer.leaf(right, Int32Array.of(256, 1));
  const whole = { ...randomForest(1, { classes: 2, columns: 1, bytes: true }), trees: [writer.finish()] };
  const halves = Array.from({ length: 1040 }, (_, at) => at / 4 - 2);
  const numbers = Float64Array.from(halves.flatMap((half) => [half, next(half, true), next(half, false), Math.fround(next(half, true))]));
  expect(layOut(whole).small).toBe(true);
  for (const float32 of [false, true])
    for (const features of [numbers, Float32Array.from(numbers), Uint8Array.from({ length: 256 }, (_, byte) => byte)])
      expectSameLeaves({ ...whole, float32 }, features, features.length);
});
