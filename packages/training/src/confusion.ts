import { confusionMatrix, type Evaluation } from './evaluation.ts';
import { lengthOf, rightAligned } from './figure-text.ts';

const widestMatrix = 80;
const mostConfusions = 20;

/**
 * The confusion matrix as text, truth down and prediction across; zeros are dots, so that the mistakes stand out.
 * Ten classes with five-digit counts stay within 80 columns. Where the matrix would be wider, its largest mistakes are listed instead.
 */
export function formatConfusion(evaluation: Evaluation): string {
  const { margin, cell } = measure(evaluation);
  const width = margin + 2 + cell * evaluation.classNames.length;
  return [...(width <= widestMatrix ? formatMatrix(evaluation) : formatMistakes(evaluation)), ''].join('\n');
}

/** Columns of the names at the left, and of one cell. */
function measure({ confusion, classNames }: Evaluation): { margin: number; cell: number } {
  const longest = classNames.reduce((longest, name) => Math.max(longest, lengthOf(name)), 0);
  const most = confusion.reduce((most, { count }) => Math.max(most, count), 0);
  return { margin: Math.max(5, Math.min(longest, 14)), cell: Math.max(3, String(most).length, Math.min(longest, 5)) + 1 };
}

function formatMatrix(evaluation: Evaluation): string[] {
  const { classNames } = evaluation;
  const { margin, cell } = measure(evaluation);
  return [
    `${'truth'.padStart(margin)} │ predicted`,
    `${' '.repeat(margin)} │${classNames.map((name) => rightAligned(shortened(name, cell - 1), cell)).join('')}`,
    `${'─'.repeat(margin + 1)}┼${'─'.repeat(cell * classNames.length)}`,
    ...confusionMatrix(evaluation).map((row, index) => {
      const name = rightAligned(shortened(classNames[index] ?? '', margin), margin);
      return `${name} │${row.map((count) => (count === 0 ? '·' : String(count)).padStart(cell)).join('')}`;
    }),
  ];
}

function formatMistakes({ confusion, classNames }: Evaluation): string[] {
  const mistakes = confusion.filter(({ truth, predicted }) => truth !== predicted).toSorted((a, b) => b.count - a.count);
  const shown = mistakes.slice(0, mostConfusions);
  return [
    `${classNames.length} classes; the ${shown.length} largest of ${mistakes.length} confusions, truth → predicted:`,
    ...shown.map(
      ({ truth, predicted, count }) =>
        `${String(count).padStart(7)}  ${shortened(classNames[truth] ?? '', 30)} → ${shortened(classNames[predicted] ?? '', 30)}`,
    ),
  ];
}

/** At most so many characters, the last of them an ellipsis where something was cut off. */
export function shortened(name: string, width: number): string {
  return lengthOf(name) <= width ? name : `${[...name].slice(0, width - 1).join('')}…`;
}
