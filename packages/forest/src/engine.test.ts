import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layGround, type Engine } from './engine.ts';
import { groundBuilder, postGround, receiveGround } from './ground.ts';
import { kernelBase64 } from './kernel/generated/kernel-base64.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { completeParameters, type GivenParameters } from './parameters.ts';
import { anyTraining } from './test/any-rows.ts';
import { pseudoRandom } from './test/trees.ts';
import type { Tree } from './tree.ts';

/** Two trees of one workspace, so that whatever the first leaves behind shows in the second. */
function grow(rows: LabelledRows, given: GivenParameters, engine: Engine): Tree[] {
  const parameters = completeParameters(given, rows.columns, rows.task, rows.rows);
  const build = groundBuilder(receiveGround(postGround(layGround(rows, parameters, 2, engine))), 1);
  return [build(parameters.seed), build(parameters.seed + 1)];
}

const bytesOf = (trees: readonly Tree[]): Buffer =>
  Buffer.concat(
    trees.flatMap((tree) => Object.values(tree).map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength))),
  );

function expectEqual(rows: LabelledRows, given: GivenParameters): Tree[] {
  const [ours, theirs] = [grow(rows, given, 'typescript'), grow(rows, given, 'wasm')];
  if (!bytesOf(ours).equals(bytesOf(theirs))) expect(theirs).toEqual(ours);
  return ours;
}

describe('both engines grow the same trees, byte for byte', () => {
  test.each([
    { name: 'few rows', rows: 40, classes: 5, numRuns: 400 },
    { name: 'rows enough to be read by column, and for a histogram', rows: 4000, classes: 12, numRuns: 60 },
    { name: 'more classes than rows', rows: 300, classes: 5000, numRuns: 60 },
  ])('$name', ({ rows, classes, numRuns }) => {
    let splits = 0;
    fc.assert(
      fc.property(anyTraining(rows, classes), ({ rows, parameters }) => {
        splits += expectEqual(rows, parameters).reduce((sum, tree) => sum + tree.features.length - 1, 0);
      }),
      { numRuns },
    );
    expect(splits).toBeGreaterThan(numRuns); // the trees were no stumps
  });

  test.each([
    { name: 'few classes, in a histogram', classes: 3 },
    { name: 'many classes, as weights', classes: 3000 },
  ])('more rows than 32-bit squares can count: $name', ({ classes }) => {
    const random = pseudoRandom(classes);
    const rows = 50_000;
    const features = Uint8Array.from({ length: rows * 2 }, () => Math.floor(random() * 256));
    const labels = Uint16Array.from({ length: rows }, (_, row) => (features[2 * row]! * 31 + Math.floor(random() * 20)) % classes);
    const [tree] = expectEqual({ features, labels, rows, columns: 2, classes }, { maxDepth: 6, bootstrap: false });
    expect(tree!.features.length).toBeGreaterThan(60);
  });

  test('more rows than 32-bit squares can count, of which few are not 0', () => {
    const random = pseudoRandom(5);
    const rows = 60_000;
    const features = Uint8Array.from({ length: rows }, (_, row) => (row % 50 === 0 ? 1 + Math.floor(random() * 255) : 0));
    const labels = Uint8Array.from(features, (value) => Number(value > 120) + Number(value > 0 && random() < 0.2));
    const [tree] = expectEqual({ features, labels, rows, columns: 1, classes: 3 }, { maxDepth: 2, bootstrap: false });
    expect(tree!.thresholds[0]).toBeGreaterThan(110); // where squares wrapped, it would be anything
    expect(tree!.thresholds[0]).toBeLessThan(130);
  });
});

test('the text of the kernel is the committed kernel.wasm', () => {
  expect(Buffer.from(kernelBase64, 'base64').equals(readFileSync(new URL('kernel/kernel.wasm', import.meta.url)))).toBe(true);
});

test('the kernel has no memory of its own: nothing that threads could write to unknown to each other', () => {
  const sections: number[] = [];
  const wasm = Buffer.from(kernelBase64, 'base64');
  for (let at = 8; at < wasm.length;) {
    sections.push(wasm[at++] as number);
    let [length, shift, byte] = [0, 0, 0];
    do {
      byte = wasm[at++] as number;
      length |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    at += length;
  }
  const [start, data] = [8, 11];
  expect(sections).not.toContain(start);
  expect(sections).not.toContain(data);
});

test('the engine "wasm" is refused for data beyond its 4 GiB', () => {
  const rows: LabelledRows = { features: new Uint8Array(1), labels: new Uint8Array(1), rows: 1, columns: 1, classes: 1 };
  const lay = (engine: Engine | 'auto') => layGround(rows, completeParameters({}, 1), 20_000_000, engine); // so many threads need as much
  expect(() => lay('wasm')).toThrow(/1 rows × 1 columns and 20000000 threads need \d+ MiB; the engine "wasm" has at most 4096/);
  expect(lay('auto').kernel).toBeUndefined();
});
