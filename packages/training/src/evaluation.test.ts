import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confusionMatrix, evaluate } from './evaluation.ts';

const labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3];
const predicted = [0, 0, 1, 2, 1, 1, 0, 2, 2, 2, 1, 2, 2];

// figures of scikit-learn 1.9.1: precision_recall_fscore_support(labels, predicted, average=…, zero_division=0), confusion_matrix
describe('evaluate', () => {
  const evaluation = evaluate(labels, predicted, ['0', '1', '2', '3']);

  test('gives the figures of each class that scikit-learn gives', () => {
    expect(evaluation.classes.map(({ precision }) => precision)).toEqual([2 / 3, 1 / 2, 2 / 3, 0]);
    expect(evaluation.classes.map(({ recall }) => recall)).toEqual([1 / 2, 2 / 3, 4 / 5, 0]);
    const f1 = [0.5714285714285714, 0.5714285714285714, 0.7272727272727273, 0];
    evaluation.classes.forEach((each, index) => expect(each.f1).toBeCloseTo(f1[index] as number, 15));
    expect(evaluation.classes.map(({ support }) => support)).toEqual([4, 3, 5, 1]);
  });

  test('gives the averages that scikit-learn gives', () => {
    expect(evaluation.accuracy).toBe(8 / 13);
    expect(evaluation.macro.precision).toBeCloseTo(0.45833333333333326, 15);
    expect(evaluation.macro.recall).toBeCloseTo(0.49166666666666664, 15);
    expect(evaluation.macro.f1).toBeCloseTo(0.4675324675324675, 15);
    expect(evaluation.weighted.precision).toBeCloseTo(0.5769230769230769, 15);
    expect(evaluation.weighted.recall).toBeCloseTo(0.6153846153846154, 15);
    expect(evaluation.weighted.f1).toBeCloseTo(0.5874125874125874, 15);
  });

  test('counts truth down and prediction across', () => {
    expect(confusionMatrix(evaluation)).toEqual([
      [2, 1, 1, 0],
      [1, 2, 0, 0],
      [0, 1, 4, 0],
      [0, 0, 1, 0],
    ]);
  });

  test('refuses what it cannot count', () => {
    expect(() => evaluate([0, 1], [0], ['a', 'b'])).toThrow('2 labels, but 1 predictions');
    expect(() => evaluate([], [], ['a'])).toThrow('no row');
    expect(() => evaluate([0, 2], [0, 1], ['a', 'b'])).toThrow('row 1: label 2 is not one of the 2 classes');
    expect(() => evaluate([0, 1], [0, 7], ['a', 'b'])).toThrow('row 1: prediction 7 is not one of the 2 classes');
  });

  test('keeps its sums right for any labels', () => {
    const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1 });
    fc.assert(
      fc.property(pairs, (rows) => {
        const found = evaluate(
          rows.map(([truth]) => truth),
          rows.map(([, guess]) => guess),
          ['a', 'b', 'c', 'd', 'e'],
        );
        expect(found.confusion.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
        expect(found.classes.reduce((sum, { support }) => sum + support, 0)).toBe(rows.length);
        expect(found.weighted.recall).toBeCloseTo(found.accuracy, 12);
        for (const { precision, recall, f1 } of found.classes) {
          expect(f1).toBeGreaterThanOrEqual(Math.min(precision, recall) - 1e-12);
          expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-12);
        }
      }),
    );
  });
});
