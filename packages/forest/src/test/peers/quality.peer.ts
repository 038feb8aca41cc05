import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fromScikitLearn } from '../../doors/scikit-learn.ts';
import type { Forest } from '../../forest.ts';
import { impurityImportances } from '../../impurity-importances.ts';
import type { LabelledRows } from '../../labelled-rows.ts';
import type { GivenParameters } from '../../parameters.ts';
import { permutationImportances } from '../../permutation-importances.ts';
import { forestPredictor } from '../../predictor.ts';
import { scoreOf } from '../../score.ts';
import { trainForest, type Training } from '../../train.ts';
import { runPython } from './python.ts';

/** Forests of 100 trees, of so many seeds; what is compared are their means. */
const seeds = 3;

type Case = {
  readonly rows: number;
  readonly tests: number;
  readonly columns: number;
  /** 0 of a regression. */
  readonly classes: number;
  readonly weighted: boolean;
  readonly parameters: GivenParameters;
  /** Of scikit-learn, by seed: accuracy or R² of the test rows, and out of bag. */
  readonly scores: readonly number[];
  readonly oob: readonly number[];
  /** By seed, by column. */
  readonly importances: readonly (readonly number[])[];
  readonly permutation: readonly (readonly number[])[];
  readonly repeats: number;
};

const folder = mkdtempSync(join(tmpdir(), 'forest-quality-'));
afterAll(() => rmSync(folder, { recursive: true }));

runPython('quality.py', folder, String(seeds));
const cases = Object.entries(JSON.parse(readFileSync(join(folder, 'quality.json'), 'utf8')) as Record<string, Case>);
const numbers = (file: string): Float64Array => new Float64Array(Uint8Array.from(readFileSync(join(folder, file))).buffer);

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, each) => sum + each, 0) / values.length;
const means = (lists: readonly ArrayLike<number>[]): number[] =>
  Array.from(lists[0]!, (_, at) => mean(lists.map((list) => list[at] as number)));
const meanDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  mean(Array.from(a, (value, at) => Math.abs(value - (b[at] as number))));

/** Spearman's: of the ranks, equal values sharing theirs. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] =>
    values.map((value) => values.filter((each) => each < value).length + (values.filter((each) => each === value).length - 1) / 2);
  const [ra, rb, middle] = [ranks(a), ranks(b), (a.length - 1) / 2];
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, each, at) => sum + (each - middle) * (y[at]! - middle), 0);
  return product(ra, rb) / Math.sqrt(product(ra, ra) * product(rb, rb));
}

function labelled(features: Float64Array, answers: Float64Array, { columns, classes }: Case, weights?: Float64Array): LabelledRows {
  const shared = { features, rows: answers.length, columns, ...(weights && { sampleWeights: weights }) };
  if (classes === 0) return { ...shared, task: 'regression', targets: answers };
  return { ...shared, labels: Uint8Array.from(answers), classes };
}

function answers(forest: Forest, { features, rows }: LabelledRows): Float64Array {
  const out = new Float64Array(rows * Math.max(1, forest.classes));
  if (forest.task === 'regression') forestPredictor(forest).predictValues(features, rows, out);
  else forestPredictor(forest).predictProba(features, rows, out);
  return out;
}

function score(forest: Forest, rows: LabelledRows): number {
  return scoreOf(rows, rows.task === 'regression' ? answers(forest, rows) : forestPredictor(forest).predict(rows.features, rows.rows));
}

describe.each(cases)('%s', async (name, given) => {
  const { scores, oob, importances, permutation, parameters, classes, repeats } = given;
  const train = labelled(numbers(`${name}.x`), numbers(`${name}.y`), given, given.weighted ? numbers(`${name}.w`) : undefined);
  const rows = labelled(numbers(`${name}.tx`), numbers(`${name}.ty`), given);
  const ours: Training[] = [];
  for (let seed = 0; seed < seeds; seed++) ours.push(await trainForest(train, { nEstimators: 100, ...parameters, seed: seed + 1 }));

  test('is as good as scikit-learn’s', () => {
    const own = mean(ours.map(({ forest }) => score(forest, rows)));
    expect(Math.abs(own - mean(scores))).toBeLessThan(0.01 + 3 / given.tests);
  });

  test('answers as scikit-learn’s on average', () => {
    const own = means(ours.map(({ forest }) => answers(forest, rows)));
    const theirs = numbers(`${name}.p`);
    const scale = classes > 0 ? 1 : Math.sqrt(mean(theirs.map((value) => (value - mean(theirs)) ** 2)));
    expect(meanDifference(own, theirs) / scale).toBeLessThan(classes > 0 ? 0.03 : 0.08);
  });

  if (oob.length > 0)
    test('scores out of bag as scikit-learn’s', () => {
      expect(Math.abs(mean(ours.map((each) => each.oob!.score)) - mean(oob))).toBeLessThan(0.01 + 3 / given.rows);
    });

  test('finds the same columns important by impurity', () => {
    const [own, theirs] = [means(ours.map((each) => each.importances)), means(importances)];
    expect(meanDifference(own, theirs) * own.length).toBeLessThan(0.2); // of shares that add up to 1
    expect(rankCorrelation(own, theirs)).toBeGreaterThan(0.9);
  });

  test('reads the importances off scikit-learn’s own forest exactly', () => {
    const { forest } = fromScikitLearn(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
    const read = impurityImportances(forest, parameters.criterion);
    for (const [column, each] of importances[0]!.entries()) expect(read[column]).toBeCloseTo(each, 9);
    expect(score(forest, rows)).toBeCloseTo(scores[0]!, 12);
  });

  if (repeats > 0)
    test('finds the same columns important by permutation', async () => {
      const { forest } = fromScikitLearn(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
      const same = await permutationImportances(forest, rows, { repeats: 20 });
      expect(meanDifference(same.means, permutation[0]!)).toBeLessThan(0.015); // only shuffled otherwise
      const own = [];
      for (const { forest } of ours) own.push((await permutationImportances(forest, rows, { repeats })).means);
      expect(meanDifference(means(own), means(permutation))).toBeLessThan(0.02);
    });
});
