import { readSettings } from '@switchyard/config';
import { forestPredictor, type ClassifiedRows, type MeasuredRows } from '@switchyard/forest';
import { RandomForestClassifier } from 'ml-random-forest';
import { expect, test } from 'vitest';
import { libraryOptions, trainWithLibrary } from './library-engine.ts';
import { settings } from './settings.ts';

const columns = 4;
const features = Float64Array.from({ length: 120 * columns }, (_, at) => ((at * 7919) % 101) / 3);
const labels = Uint8Array.from({ length: 120 }, (_, row) =>
  features[row * columns]! > 15 ? 2 : features[row * columns + 1]! > 20 ? 1 : 0,
);
const rows: ClassifiedRows = { features, labels, rows: 120, columns, classes: 5 };
const values = (...argv: string[]) =>
  readSettings(settings, { argv: ['--engine', 'ml-random-forest', '--n-estimators', '5', ...argv], env: {} });

function train(data: ClassifiedRows | MeasuredRows, ...argv: string[]) {
  const told: string[] = [];
  const options = { report: () => {}, signal: new AbortController().signal, tell: (words: string) => void told.push(words) };
  return { told, training: trainWithLibrary(data, values(...argv), options) };
}

test("gives the library's own forest, of all the classes of the data, and says before how long it takes", async () => {
  const { told, training } = train(rows);
  const { forest, importances } = await training;
  expect(told).toEqual([expect.stringMatching(/^ml-random-forest needs about \d+\.\d seconds for 5 trees of 120 rows$/)]);
  expect({ classes: forest.classes, trees: forest.trees.length }).toEqual({ classes: 5, trees: 5 });
  const lists = Array.from({ length: 120 }, (_, row) => [...features.subarray(row * columns, (row + 1) * columns)]);
  const library = new RandomForestClassifier(libraryOptions(values(), columns));
  library.train(lists, [...labels]);
  expect([...forestPredictor(forest).vote(features, 120)]).toEqual(library.predict(lists));
  expect(importances).toHaveLength(columns);
  expect(importances.every((each) => Number.isFinite(each))).toBe(true);
});

test('predicts numbers', async () => {
  const targets = Float64Array.from(labels, (label) => label * 10);
  const { forest } = await train({ task: 'regression', features, targets, rows: 120, columns }, '--task', 'regression').training;
  const out = new Float64Array(120);
  forestPredictor(forest).predictValues(features, 120, out);
  const error = out.reduce((sum, value, row) => sum + Math.abs(value - targets[row]!), 0) / 120;
  expect(error).toBeLessThan(2);
});

test('refuses what would take longer than is allowed, and says how long', async () => {
  await expect(train(rows, '--n-estimators', '100000', '--library-minutes', '0.01').training).rejects.toThrow(
    /^ml-random-forest needs about \d+ (seconds|minutes|hours) for 100000 trees of 120 rows; --library-minutes allows 0\.6 seconds: raise it/,
  );
});

test.each([
  [['--splitter', 'random'], 'splitter'],
  [['--shard', '0/2'], 'shard'],
  [['--class-weight', 'balanced'], 'class-weight'],
])('refuses %j, which the library does not have', async (flags, name) => {
  await expect(train(rows, ...flags).training).rejects.toThrow(`ml-random-forest has no --${name}; --engine auto has`);
});

test('one column is one, though the library takes 1 for all', () => {
  expect(Math.floor(columns * libraryOptions(values('--max-features', '1'), columns).maxFeatures)).toBe(1);
  expect(libraryOptions(values('--max-features', '3'), columns).maxFeatures).toBe(3);
});

test('ends when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(trainWithLibrary(rows, values(), { report: () => {}, signal, tell: () => {} })).rejects.toThrow('enough');
});
