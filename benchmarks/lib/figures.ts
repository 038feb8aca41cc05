/** The least of several runs is what the machine can do, the median what it did. */
export type Figure = { readonly min: number; readonly median: number; readonly runs: number };

/** @example figureOf([3, 1, 2]) // { min: 1, median: 2, runs: 3 } */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { min: round(sorted[0] ?? NaN), median: round(median), runs: sorted.length };
}

/** Three significant digits: more would claim more than was measured. */
export const round = (value: number): number => Number(value.toPrecision(3));

/** A Markdown table: it reads in a terminal and in a document. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...cells.slice(1).map(line)].join('\n');
}
