import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';
import { forestPredictor } from '../predictor.ts';
import { randomForest } from '../test/random-forest.ts';
import { pseudoRandom } from '../test/trees.ts';
import { fromMlRandomForest, toMlRandomForest } from './ml-random-forest.ts';

const columns = 5;
function table(seed: number, rows: number, whole: boolean): { features: Float64Array; lists: number[][] } {
  const random = pseudoRandom(seed);
  const features = Float64Array.from({ length: rows * columns }, () => (whole ? Math.floor(random() * 20) : random() * 20 - 5));
  const lists = Array.from({ length: rows }, (_, row) => [...features.subarray(row * columns, (row + 1) * columns)]);
  return { features, lists };
}
const parsed = (of: unknown) => JSON.parse(JSON.stringify(of)); // as a file holds it

describe('fromMlRandomForest', () => {
  test.each([true, false])('votes as the library predicts, also on thresholds (whole numbers: %s)', (whole) => {
    const { lists } = table(1, 90, whole);
    const labels = lists.map(([a, b]) => ((a as number) > 8 ? 0 : (b as number) > 7 ? 1 : 2));
    const library = new RandomForestClassifier({ seed: 3, nEstimators: 9, maxFeatures: 0.8, noOOB: true });
    library.train(lists, labels);
    const forest = fromMlRandomForest(parsed(library), { columns });
    const asked = table(2, 300, whole);
    expect([...forestPredictor(forest).vote(asked.features, 300)]).toEqual(library.predict(asked.lists));
  });

  test('says the values that the library predicts', () => {
    const { lists } = table(3, 60, false);
    const library = new RandomForestRegression({ seed: 3, nEstimators: 5, maxFeatures: 1.0, noOOB: true });
    library.train(
      lists,
      lists.map(([a, b]) => (a as number) * 2 - (b as number)),
    );
    const asked = table(4, 50, false);
    const out = new Float64Array(50);
    forestPredictor(fromMlRandomForest(parsed(library), { columns })).predictValues(asked.features, 50, out);
    library.predict(asked.lists).forEach((value: number, row: number) => expect(out[row]).toBeCloseTo(value, 9));
  });

  test.each([
    [{}, 'baseModel is not there; an object is expected'],
    [{ baseModel: { estimators: [], indexes: [] } }, '0 estimators and 0 indexes'],
    [
      { baseModel: { isClassifier: true, indexes: [[0]], estimators: [{ root: { left: {}, right: {}, splitColumn: 1 } }] } },
      'splitColumn is 1; a whole number from 0 to 0',
    ],
    [
      { baseModel: { isClassifier: true, indexes: [[0]], estimators: [{ root: { distribution: [[0, 0]] } }] } },
      'a distribution of 2 classes',
    ],
  ])('refuses %j', (json, message) => {
    expect(() => fromMlRandomForest(json)).toThrow(message);
  });
});

describe('toMlRandomForest', () => {
  test('makes a forest whose predictions in the library are our votes', () => {
    for (let seed = 0; seed < 8; seed++) {
      const forest = randomForest(seed, { trees: 7, depth: seed });
      const { features, lists } = table(seed, 100, seed % 2 === 0);
      const library = RandomForestClassifier.load(parsed(toMlRandomForest(forest)));
      expect(library.predict(lists)).toEqual([...forestPredictor(forest).vote(features, 100)]);
    }
  });

  test('makes regressors that say our values', () => {
    const forest = randomForest(5, { task: 'regression', trees: 4 });
    const { features, lists } = table(5, 40, false);
    const out = new Float64Array(40);
    forestPredictor(forest).predictValues(features, 40, out);
    const said: number[] = RandomForestRegression.load(parsed(toMlRandomForest(forest))).predict(lists);
    said.forEach((value, row) => expect(value).toBeCloseTo(out[row] as number, 12));
  });

  test('refuses what the library has no form of', () => {
    expect(() => toMlRandomForest(randomForest(1, { aggregate: 'sum' }))).toThrow('knows no classification of 4 outputs by sum');
    expect(() => toMlRandomForest(randomForest(2, { flags: true, depth: 8 }))).toThrow('no splits by categories');
  });
});
