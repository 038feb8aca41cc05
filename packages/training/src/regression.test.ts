import { expect, test } from 'vitest';
import { evaluateRegression, formatRegression } from './regression.ts';

// scikit-learn 1.9.1: r2_score, mean_absolute_error, root_mean_squared_error, median_absolute_error, max_error
test('gives the figures that scikit-learn gives', () => {
  const { r2, mae, rmse, medianAbsoluteError, maxError } = evaluateRegression([3.5, -0.5, 2, 7.25, 1e3], [2.5, 0, 2, 8, 990]);
  expect(r2).toBe(0.9998719563578219);
  expect(mae).toBe(2.45);
  expect(rmse).toBe(4.512482686947397);
  expect({ medianAbsoluteError, maxError }).toEqual({ medianAbsoluteError: 0.75, maxError: 10 });
});

test('of targets that are all equal R² is 1 where they are met, else 0, as in scikit-learn', () => {
  expect(evaluateRegression([2, 2], [2, 2]).r2).toBe(1);
  expect(evaluateRegression([2, 2], [2, 3]).r2).toBe(0);
});

test('prints a table', () => {
  expect(formatRegression(evaluateRegression([1, 2, 3, 4], [1, 2, 3, 6]))).toBe(
    `                   R²  0.2
                  MAE  0.5
                 RMSE  1
median absolute error  0
            max error  2
            test rows  4
`,
  );
});

test('refuses what it cannot compare', () => {
  expect(() => evaluateRegression([1], [1, 2])).toThrow('1 targets, but 2 predictions');
  expect(() => evaluateRegression([], [])).toThrow('no row');
  expect(() => evaluateRegression([1, NaN], [1, 2])).toThrow('row 1: target NaN, prediction 2');
});
