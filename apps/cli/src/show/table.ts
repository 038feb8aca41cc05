export type Column<R> = { readonly title: string; readonly value: (row: R) => string; readonly align?: 'left' | 'right' };

/** Rows as text under their titles, two spaces apart; numbers are to be aligned right. */
export function table<R>(columns: readonly Column<R>[], rows: readonly R[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.value(row)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((each) => each[at]!.length)));
  return cells
    .map((each) =>
      each
        .map((cell, at) => (columns[at]!.align === 'right' ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
