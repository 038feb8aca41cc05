import { describe, expect, test } from 'vitest';
import type { ClassifiedRows, MeasuredRows } from './labelled-rows.ts';
import { forestPredictor } from './predictor.ts';
import { scoreOf } from './score.ts';
import { leaves, pseudoRandom } from './test/trees.ts';
import { trainForest } from './train.ts';
import { categorical, missingRight, setHolds, type Tree } from './tree.ts';

const engines = ['wasm', 'typescript'] as const;

/** Numbers of 0 … 1 by row, of three columns, and y = 10 x₀ + x₁. */
function line(rows: number, seed: number): MeasuredRows {
  const random = pseudoRandom(seed);
  const features = Float64Array.from({ length: rows * 3 }, () => random());
  const targets = Float64Array.from({ length: rows }, (_, row) => 10 * features[3 * row]! + features[3 * row + 1]! + 1e6);
  return { features, rows, columns: 3, task: 'regression', targets };
}

function r2(forest: Parameters<typeof forestPredictor>[0], rows: MeasuredRows): number {
  const said = new Float64Array(rows.rows);
  forestPredictor(forest).predictValues(rows.features, rows.rows, said);
  return scoreOf(rows, said);
}

describe.each(engines)('in the engine %s', (engine) => {
  test('numbers are learned, and how well is told out of bag', async () => {
    const { forest, oob } = await trainForest(line(1500, 1), { nEstimators: 25, oobScore: true }, { engine, threads: 1 });
    const held = r2(forest, line(500, 2));
    expect(held).toBeGreaterThan(0.97);
    expect(oob!.score).toBeCloseTo(held, 1);
    expect(oob!.rows).toBe(1500);
  });

  test('a leaf of numbers says their mean, as many as there are by weight', async () => {
    const rows: MeasuredRows = {
      features: Uint8Array.of(0, 0, 9),
      targets: Float64Array.of(1, 4, 9),
      sampleWeights: Float64Array.of(2, 1, 1),
      rows: 3,
      columns: 1,
      task: 'regression',
    };
    const { forest } = await trainForest(rows, { nEstimators: 1, bootstrap: false }, { engine, threads: 1 });
    expect([...forest.trees[0]!.leafValues]).toEqual([2, 9]);
    expect([...forest.trees[0]!.covers]).toEqual([3, 1]);
  });

  test('categories of two classes are parted by one split, whatever their codes', async () => {
    const codes = [7, 400, 12, 65_535, 0, 33];
    const rows = 120;
    const data: ClassifiedRows = {
      features: Float64Array.from({ length: rows }, (_, row) => codes[row % 6]!),
      labels: Uint8Array.from({ length: rows }, (_, row) => (row % 6) % 2),
      rows,
      columns: 1,
      classes: 2,
      categorical: [0],
    };
    const { forest } = await trainForest(data, { nEstimators: 1 }, { engine, threads: 1 });
    const [tree] = forest.trees as [Tree];
    expect(leaves(tree)).toHaveLength(2);
    expect(tree.flags[0]! & categorical).toBe(categorical);
    expect(codes.map((code) => setHolds(tree, 0, code))).toEqual([true, false, true, false, true, false]);
    expect([...forestPredictor(forest).predict(data.features, rows)]).toEqual([...data.labels]);
  });

  test('that a value is missing may be all that matters', async () => {
    const features = Float64Array.from({ length: 60 }, (_, row) => (row % 3 === 0 ? NaN : row));
    const labels = Uint8Array.from(features, (value) => Number(Number.isNaN(value)));
    const { forest } = await trainForest(
      { features, labels, rows: 60, columns: 1, classes: 2 },
      { nEstimators: 5 },
      { engine, threads: 1 },
    );
    for (const tree of forest.trees) {
      expect([...tree.features]).toEqual([0, -1, -1]);
      expect(tree.thresholds[0]).toBe(Number.MAX_VALUE);
      expect(tree.flags[0]).toBe(missingRight);
    }
    expect([...forestPredictor(forest).predict(features, 60)]).toEqual([...labels]);
  });

  test('missing values go where they fit: here with the low ones', async () => {
    const features = Float64Array.from({ length: 60 }, (_, row) => (row % 3 === 0 ? NaN : row));
    const labels = Uint8Array.from(features, (value) => Number(value > 30));
    const { forest } = await trainForest(
      { features, labels, rows: 60, columns: 1, classes: 2 },
      { nEstimators: 1, bootstrap: false },
      { engine, threads: 1 },
    );
    expect([...forest.trees[0]!.features]).toEqual([0, -1, -1]);
    expect(forest.trees[0]!.flags[0]).toBe(0);
  });

  test('where a column has none in training, missing values go with most rows', async () => {
    const features = Float64Array.of(1, 2, 3, 4, 5);
    const data = { features, labels: Uint8Array.of(0, 1, 1, 1, 1), rows: 5, columns: 1, classes: 2 };
    const { forest } = await trainForest(data, { nEstimators: 1, bootstrap: false }, { engine, threads: 1 });
    expect(forest.trees[0]!.thresholds[0]).toBe(1.5);
    expect(forest.trees[0]!.flags[0]).toBe(missingRight);
  });

  test('a row of weight 3 is three rows, and one of weight 0 is none', async () => {
    const random = pseudoRandom(8);
    const cells = Array.from({ length: 200 }, () => [Math.floor(random() * 50), Math.floor(random() * 50)]);
    const label = ([a, b]: readonly number[]): number => Number(a! * 2 + b! > 70);
    const weights = Float64Array.from(cells, (_, row) => [3, 1, 0, 2][row % 4]!);
    const repeated = cells.flatMap((cell, row) => Array.from({ length: weights[row]! }, () => cell));
    const rowsOf = (list: readonly number[][]): ClassifiedRows => ({
      features: Uint8Array.from(list.flat()),
      labels: Uint8Array.from(list, label),
      rows: list.length,
      columns: 2,
      classes: 2,
    });
    const parameters = { nEstimators: 2, bootstrap: false, maxFeatures: 'all', maxDepth: 3 } as const;
    const weighted = await trainForest({ ...rowsOf(cells), sampleWeights: weights }, parameters, { engine, threads: 1 });
    const counted = await trainForest(rowsOf(repeated), parameters, { engine, threads: 1 });
    expect(weighted.forest).toEqual(counted.forest);
  });

  test('balanced classes have the same weight in all', async () => {
    const labels = Uint8Array.from({ length: 100 }, (_, row) => Number(row >= 90));
    const data = { features: new Uint8Array(100), labels, rows: 100, columns: 1, classes: 3 };
    const grow = async (classWeight: 'balanced' | number[]) =>
      [
        ...(await trainForest(data, { nEstimators: 1, bootstrap: false, classWeight }, { engine, threads: 1 })).forest.trees[0]!.leafValues,
      ].map(Math.round);
    expect(await grow('balanced')).toEqual([50, 50]);
    expect(await grow([1, 4, 1])).toEqual([90, 40]);
  });

  test('random cuts make other trees, which learn as well', async () => {
    const [train, held] = [line(1500, 3), line(500, 4)];
    const grow = (splitter: 'best' | 'random') => trainForest(train, { nEstimators: 20, splitter }, { engine, threads: 1 });
    const [best, random] = [await grow('best'), await grow('random')];
    expect(r2(random.forest, held)).toBeGreaterThan(0.97);
    const nodes = ({ forest }: typeof best): number => forest.trees.reduce((sum, tree) => sum + tree.features.length, 0);
    expect(random.forest.trees[0]).not.toEqual(best.forest.trees[0]);
    expect(nodes(random)).toBeGreaterThan(0.9 * nodes(best));
  });

  test('a bootstrap of few rows makes small trees', async () => {
    const data = line(1000, 5);
    const cover = async (maxSamples: number): Promise<number> =>
      (await trainForest(data, { nEstimators: 1, maxSamples }, { engine, threads: 1 })).forest.trees[0]!.covers.reduce((a, b) => a + b);
    expect(await cover(0.1)).toBe(100);
    expect(await cover(37)).toBe(37);
  });
});

describe('parts of a forest', () => {
  const data: ClassifiedRows = {
    ...line(300, 6),
    task: 'classification',
    labels: new Uint8Array(300).map((_, row) => row % 3),
    classes: 3,
  };
  const parameters = { nEstimators: 7, seed: 9 };

  test('shards side by side are the whole, from either engine', async () => {
    const whole = await trainForest(data, parameters, { engine: 'wasm' });
    const parts = [
      await trainForest(data, parameters, { from: 0, to: 2, engine: 'typescript' }),
      await trainForest(data, parameters, { from: 2, to: 7, engine: 'wasm', threads: 1 }),
    ];
    expect(parts.flatMap(({ forest }) => forest.trees)).toEqual(whole.forest.trees);
  });

  test('trees that are there are not grown again', async () => {
    const whole = await trainForest(data, { ...parameters, oobScore: true });
    const have = new Map([1, 4, 6].map((index) => [index, whole.forest.trees[index]!]));
    const grown: number[] = [];
    const done: number[] = [];
    const resumed = await trainForest(
      data,
      { ...parameters, oobScore: true },
      { have, onTree: (index) => grown.push(index), onProgress: (count) => done.push(count) },
    );
    expect(resumed).toEqual(whole);
    expect(grown.toSorted()).toEqual([0, 2, 3, 5]);
    expect(done).toEqual([4, 5, 6, 7]);
    const all = new Map(whole.forest.trees.entries());
    expect((await trainForest(data, parameters, { have: all })).forest).toEqual(whole.forest);
  });

  test.each([
    [{ from: 3, to: 3 }, 'trees from 3 to 3 of 7'],
    [{ from: -1 }, 'trees from -1 to 7 of 7'],
    [{ to: 8 }, 'trees from 0 to 8 of 7'],
  ])('a part that is none is refused: %o', async (part, message) => {
    await expect(trainForest(data, parameters, part)).rejects.toThrow(message);
  });
});

test('out of bag, a class is right as often as on rows held back', async () => {
  const { features, rows, columns } = line(2000, 7);
  const labels = Uint8Array.from({ length: rows }, (_, row) => Number(features[3 * row]! + features[3 * row + 1]! > 1));
  const { oob } = await trainForest({ features, rows, columns, labels, classes: 2 }, { nEstimators: 30, oobScore: true, seed: 2 });
  expect(oob!.score).toBeGreaterThan(0.95);
  expect(oob!.score).toBeLessThan(1);
  for (let row = 0; row < rows; row++) expect(oob!.decision[2 * row]! + oob!.decision[2 * row + 1]!).toBeCloseTo(1, 12);
});
