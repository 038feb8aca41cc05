import type { ClassFigures, Evaluation } from './evaluation.ts';
import { figureText, lengthOf, rightAligned } from './figure-text.ts';

const averageNames = ['accuracy', 'macro avg', 'weighted avg'];

/**
 * The table of `sklearn.metrics.classification_report(…, zero_division=0)`, to the byte, so that scripts which read that one read this:
 *
 *                   precision    recall  f1-score   support
 *
 *              cat       1.00      0.50      0.67         2
 *     …
 */
export function formatReport({ accuracy, classes, classNames, macro, rows, weighted }: Evaluation, digits = 2): string {
  const width = [...classNames, ...averageNames].reduce((width, name) => Math.max(width, lengthOf(name)), digits);
  const line = (name: string, cells: readonly string[]): string =>
    `${rightAligned(name, width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}`;
  const figures = (name: string, { precision, recall, f1, support }: ClassFigures): string =>
    line(name, [...[precision, recall, f1].map((figure) => figureText(figure, digits)), String(support)]);
  return [
    line('', ['precision', 'recall', 'f1-score', 'support']),
    '',
    ...classes.map((each, index) => figures(classNames[index] ?? '', each)),
    '',
    line('accuracy', ['', '', figureText(accuracy, digits), String(rows)]),
    figures('macro avg', macro),
    figures('weighted avg', weighted),
    '',
  ].join('\n');
}
