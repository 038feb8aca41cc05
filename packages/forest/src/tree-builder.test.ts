import { describe, expect, test } from 'vitest';
import { completeParameters, type ForestParameters } from './parameters.ts';
import { classOf, leafOf, leaves, pseudoRandom, sharesOf } from './test/trees.ts';
import { groundBuilder } from './ground.ts';
import type { ClassifiedRows } from './labelled-rows.ts';
import { prepareData } from './training-data.ts';

const build = (data: ClassifiedRows, parameters: Partial<ForestParameters>, seed = 1) =>
  groundBuilder({ data: prepareData(data), parameters: completeParameters({ bootstrap: false, ...parameters }, data.columns) }, 0)(seed);

function randomRows(rows: number, columns: number, classes: number, most = 256): ClassifiedRows {
  const random = pseudoRandom(rows + columns);
  return {
    features: Uint8Array.from({ length: rows * columns }, () => Math.floor(random() * most)),
    labels: Uint16Array.from({ length: rows }, () => Math.floor(random() * classes)),
    rows,
    columns,
    classes,
  };
}

const rowOf = ({ features, columns }: ClassifiedRows, row: number) => features.subarray(row * columns, (row + 1) * columns);

describe('treeBuilder', () => {
  test('learns rows that differ by heart, whatever their labels', () => {
    const data = randomRows(3000, 12, 7); // above and below the size at which the data is read by row
    const tree = build(data, {});
    for (let row = 0; row < data.rows; row++) expect(classOf(tree, leafOf(tree, rowOf(data, row)).node)).toBe(data.labels[row]);
  });

  test('learns rows of doubles by heart, with thresholds between the numbers themselves', () => {
    const random = pseudoRandom(5);
    const features = Float64Array.from({ length: 200 * 3 }, () => random() * 1e-7 - 1e3);
    const data = { features, labels: Uint8Array.from({ length: 200 }, (_, row) => row % 3), rows: 200, columns: 3, classes: 3 };
    const tree = build(data, {});
    for (let row = 0; row < data.rows; row++) expect(classOf(tree, leafOf(tree, rowOf(data, row)).node)).toBe(row % 3);
  });

  test('finds what no single cut improves: exclusive or', () => {
    const data = { features: Uint8Array.of(0, 0, 0, 9, 9, 0, 9, 9), labels: Uint8Array.of(0, 1, 1, 0), rows: 4, columns: 2, classes: 2 };
    const tree = build(data, { maxFeatures: 1 });
    expect([0, 1, 2, 3].map((row) => classOf(tree, leafOf(tree, rowOf(data, row)).node))).toEqual([0, 1, 1, 0]);
  });

  test('keeps the shares of rows that cannot be told apart', () => {
    const data = { features: new Uint8Array(8).fill(3), labels: Uint8Array.of(2, 0, 2, 2), rows: 4, columns: 2, classes: 4 };
    const tree = build(data, {});
    expect(tree.features).toHaveLength(1);
    expect(sharesOf(tree, 0, 4)).toEqual([0.25, 0, 0.75, 0]);
  });

  test('draws more columns until one can be cut', () => {
    const features = new Uint8Array(40 * 50);
    for (let row = 0; row < 40; row++) features[row * 50 + 31] = row < 20 ? 4 : 8; // one column of fifty is not constant
    const labels = Uint8Array.from({ length: 40 }, (_, row) => (row < 20 ? 0 : 1));
    const tree = build({ features, labels, rows: 40, columns: 50, classes: 2 }, { maxFeatures: 1 });
    expect([...tree.features]).toEqual([31, -1, -1]);
    expect(tree.thresholds[0]).toBe(6.5);
  });

  test('keeps to maxDepth', () => {
    const data = randomRows(500, 5, 3);
    const tree = build(data, { maxDepth: 4 });
    const depths = Array.from({ length: data.rows }, (_, row) => leafOf(tree, rowOf(data, row)).depth);
    expect(Math.max(...depths)).toBe(4);
  });

  test('keeps to minSamplesLeaf and minSamplesSplit', () => {
    const data = randomRows(500, 5, 3);
    const count = (tree: ReturnType<typeof build>) => {
      const counts = new Map<number, number>();
      for (let row = 0; row < data.rows; row++) {
        const { node } = leafOf(tree, rowOf(data, row));
        counts.set(node, (counts.get(node) ?? 0) + 1);
      }
      return [...counts.values()];
    };
    expect(Math.min(...count(build(data, { minSamplesLeaf: 9 })))).toBe(9);
    const split = build(data, { minSamplesSplit: 30 });
    const pure = leaves(split).filter((node) => classOf(split, node) >= 0).length;
    expect(leaves(split).length).toBeGreaterThan(pure); // some leaves were left mixed
    expect(Math.max(...count(split))).toBeLessThan(30);
  });

  test('a bootstrap leaves out about 37 % of the rows, and draws others several times', () => {
    const data = { ...randomRows(2000, 1, 2000, 1), labels: Uint16Array.from({ length: 2000 }, (_, row) => row) };
    const tree = build(data, { bootstrap: true }); // one leaf, which counts each row by its own class
    const counts = [...tree.leafValues];
    expect(counts.reduce((a, b) => a + b)).toBe(2000);
    expect(counts.length / 2000).toBeCloseTo(1 - 1 / Math.E, 1);
    expect(Math.max(...counts)).toBeGreaterThan(3);
  });

  test('many classes: 2,000 of them', () => {
    const data = { ...randomRows(2000, 4, 2000), labels: Uint16Array.from({ length: 2000 }, (_, row) => row) };
    const tree = build(data, {});
    for (let row = 0; row < data.rows; row += 7) expect(classOf(tree, leafOf(tree, rowOf(data, row)).node)).toBe(row);
  });

  test('the same seed grows the same tree, another seed another one', () => {
    const data = randomRows(400, 9, 3);
    const grow = groundBuilder({ data: prepareData(data), parameters: completeParameters({}, 9) }, 0);
    const [first, other, again] = [grow(5), grow(6), grow(5)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
