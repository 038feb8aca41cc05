import { describe, expect, test } from 'vitest';
import { forestPredictor } from '../predictor.ts';
import { fromScikitLearn } from './scikit-learn.ts';

/** What export_forest.py writes of `DecisionTreeClassifier(max_depth=1)`. */
const tree = {
  children_left: [1, -1, -1],
  children_right: [2, -1, -1],
  feature: [1, -2, -2],
  threshold: [0.30000001192092896, -2, -2],
  missing_go_to_left: [0, 0, 0],
  weighted_n_node_samples: [4, 1, 3],
  value: [
    [1, 0],
    [1, 2],
  ],
};
const file = {
  format: 'scikit-learn-forest',
  version: 1,
  task: 'classification',
  classes: ['no', 'yes'],
  n_features: 2,
  n_outputs: 2,
  aggregate: 'mean',
  link: 'none',
  base: [0, 0],
  trees: [tree],
};

describe('fromScikitLearn', () => {
  test('keeps thresholds, missing values and weights, and rounds rows as scikit-learn does', () => {
    const { forest, classNames } = fromScikitLearn(file);
    expect(classNames).toEqual(['no', 'yes']);
    expect(forest.trees[0]?.thresholds[0]).toBe(0.30000001192092896);
    const out = new Float64Array(6);
    forestPredictor(forest).predictProba(Float64Array.of(0, 0.3000000126, 0, 0.31, 0, NaN), 3, out); // the first is the threshold once rounded
    expect([...out].map((share) => share.toFixed(3))).toEqual(['1.000', '0.000', '0.333', '0.667', '0.333', '0.667']);
  });

  test('compares doubles where scikit-learn does', () => {
    const { forest } = fromScikitLearn({ ...file, float32: false });
    const out = new Float64Array(4);
    forestPredictor(forest).predictProba(Float64Array.of(0, 0.3000000119, 0, 0.3000000126), 2, out); // the same number once rounded
    expect([...out].map((share) => share.toFixed(3))).toEqual(['1.000', '0.000', '0.333', '0.667']);
  });

  test('adds up boosted trees, each of its output', () => {
    const boosted = (output: number) => ({ ...tree, value: [[1], [3]], output });
    const { forest } = fromScikitLearn({
      ...file,
      task: 'regression',
      classes: [],
      aggregate: 'sum',
      base: [100, 200],
      trees: [boosted(0), boosted(1), boosted(1)],
    });
    const out = new Float64Array(2);
    forestPredictor(forest).predictValues(Float32Array.of(0, 1), 1, out);
    expect([...out]).toEqual([103, 206]);
  });

  test.each([
    [{ ...file, format: 'pickle' }, 'format "pickle" version 1; "scikit-learn-forest" version 1 is read'],
    [{ ...file, task: 'ranking' }, 'task is "ranking"; it is one of'],
    [{ ...file, float32: 'no' }, 'float32 is "no"; it is one of true, false'],
    [{ ...file, trees: [] }, 'the forest has no trees'],
    [{ ...file, trees: [{ ...tree, feature: [2, 0, 0] }] }, 'trees[0].feature[0] is 2; a whole number from 0 to 1'],
    [{ ...file, trees: [{ ...tree, children_left: [0, -1, -1] }] }, 'a node is the child of two'],
    [{ ...file, trees: [{ ...tree, children_right: [3, -1, -1] }] }, 'a child is 3; a whole number from 0 to 2'],
    [{ ...file, trees: [{ ...tree, threshold: [null, 0, 0] }] }, 'threshold[0] is null; a finite number'],
  ])('refuses what is damaged', (json, message) => {
    expect(() => fromScikitLearn(json)).toThrow(message);
  });
});
