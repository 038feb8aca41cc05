import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluate } from './evaluation.ts';
import { formatReport } from './report.ts';

const labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3];
const predicted = [0, 0, 1, 2, 1, 1, 0, 2, 2, 2, 1, 2, 2];

// text of scikit-learn 1.9.1: classification_report(labels, predicted, labels=…, target_names=…, digits=…, zero_division=0)
test('prints the very text of scikit-learn', () => {
  expect(formatReport(evaluate(labels, predicted, ['0', '1', '2', '3']))).toBe(
    `              precision    recall  f1-score   support

           0       0.67      0.50      0.57         4
           1       0.50      0.67      0.57         3
           2       0.67      0.80      0.73         5
           3       0.00      0.00      0.00         1

    accuracy                           0.62        13
   macro avg       0.46      0.49      0.47        13
weighted avg       0.58      0.62      0.59        13
`,
  );
});

test('makes room for long names and for a class that never occurs, as scikit-learn does', () => {
  expect(formatReport(evaluate(labels, predicted, ['cat', 'dog', 'a long class name', '3', 'none']))).toBe(
    `                   precision    recall  f1-score   support

              cat       0.67      0.50      0.57         4
              dog       0.50      0.67      0.57         3
a long class name       0.67      0.80      0.73         5
                3       0.00      0.00      0.00         1
             none       0.00      0.00      0.00         0

         accuracy                           0.62        13
        macro avg       0.37      0.39      0.37        13
     weighted avg       0.58      0.62      0.59        13
`,
  );
});

test('shows as many digits as are asked for', () => {
  const lines = formatReport(evaluate(labels, predicted, ['0', '1', '2', '3']), 4).split('\n');
  expect(lines[2]).toBe('           0     0.6667    0.5000    0.5714         4');
  expect(lines[7]).toBe('    accuracy                         0.6154        13');
});

test('is equal to scikit-learn byte for byte on random labels, where figures lie between two decimals too', () => {
  type Case = { labels: number[]; predicted: number[]; classes: string[] | number; digits: number; report: string };
  const { by, cases } = JSON.parse(readFileSync(new URL('test/classification-reports.json', import.meta.url), 'utf8')) as {
    by: string;
    cases: Case[];
  };
  expect(by).toBe('scikit-learn 1.9.1');
  expect(cases).toHaveLength(60);
  for (const { labels, predicted, classes, digits, report } of cases) {
    const names = typeof classes === 'number' ? Array.from({ length: classes }, (_, index) => String(index)) : classes;
    const text = formatReport(evaluate(labels, predicted, names), digits);
    expect(names.length > 100 ? text.slice(text.lastIndexOf('\n\n')) : text).toBe(report);
  }
});

test('counts classes by the ten thousand without a matrix of them', () => {
  const labels = Array.from({ length: 65_535 }, (_, index) => index);
  const evaluation = evaluate(labels, labels, labels.map(String));
  expect(evaluation.confusion).toHaveLength(65_535);
  expect(formatReport(evaluation).split('\n')).toHaveLength(65_535 + 7);
});
