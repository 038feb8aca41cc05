import type { Evaluation } from './evaluation.ts';

const widestMatrix = 80;
const mostConfusions = 20;

/**
 * The confusion matrix as text, truth down and prediction across; zeros are dots, so that the mistakes stand out.
 * Ten classes with five-digit counts stay within 80 columns. Where the matrix would be wider, its largest mistakes are listed instead.
 */
export function formatConfusion(evaluation: Evaluation): string {
  const matrix = formatMatrix(evaluation);
  const width = Math.max(...matrix.map((line) => line.length));
  return [...(width <= widestMatrix ? matrix : formatMistakes(evaluation)), ''].join('\n');
}

function formatMatrix({ confusion, classNames }: Evaluation): string[] {
  const margin = Math.max(5, ...classNames.map((name) => Math.min(name.length, 14)));
  const cell = Math.max(3, String(Math.max(...confusion.flat())).length, ...classNames.map((name) => Math.min(name.length, 5))) + 1;
  return [
    `${'truth'.padStart(margin)} │ predicted`,
    `${' '.repeat(margin)} │${classNames.map((name) => fit(name, cell - 1).padStart(cell)).join('')}`,
    `${'─'.repeat(margin + 1)}┼${'─'.repeat(cell * classNames.length)}`,
    ...confusion.map((row, index) => {
      const name = fit(classNames[index] ?? '', margin).padStart(margin);
      return `${name} │${row.map((count) => (count === 0 ? '·' : String(count)).padStart(cell)).join('')}`;
    }),
  ];
}

function formatMistakes({ confusion, classNames }: Evaluation): string[] {
  const mistakes = confusion
    .flatMap((row, truth) => row.map((count, predicted) => ({ truth, predicted, count })))
    .filter(({ truth, predicted, count }) => truth !== predicted && count > 0)
    .toSorted((a, b) => b.count - a.count);
  const shown = mistakes.slice(0, mostConfusions);
  return [
    `${classNames.length} classes; the ${shown.length} largest of ${mistakes.length} confusions, truth → predicted:`,
    ...shown.map(
      ({ truth, predicted, count }) =>
        `${String(count).padStart(7)}  ${fit(classNames[truth] ?? '', 30)} → ${fit(classNames[predicted] ?? '', 30)}`,
    ),
  ];
}

const fit = (name: string, width: number): string => (name.length <= width ? name : `${name.slice(0, width - 1)}…`);
