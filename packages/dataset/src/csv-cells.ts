/** A cell's number; undefined where it is none that is finite. */
export function parseNumber(cell: string): number | undefined {
  const digit = cell.charCodeAt(0) - 0x30;
  if (cell.length === 1 && digit >= 0 && digit <= 9) return digit;
  const value = Number(cell);
  const ordinary = digit > 0 && digit <= 9; // so neither blank nor 0x10
  return Number.isFinite(value) && (ordinary || !/^\s*(0[xob]|$)/i.test(cell)) ? value : undefined;
}

const missing = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

/** Whether a cell says that its value is not known: it is blank, or one of NA, N/A, NaN, null and ?, in upper case or lower. */
export function saysMissing(cell: string): boolean {
  return cell.length < 16 && missing.has(cell.trim().toLowerCase());
}
