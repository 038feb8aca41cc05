import type { FeatureArray } from './dataset.ts';
import { DatasetError } from './error.ts';

/** Labels as one file has them: the names that occur, and for each row which. */
export type LabelColumn = {
  readonly names: readonly string[];
  readonly codes: Uint16Array;
  /** The labels are numbers from 0, so classes that do not occur exist too: `0` to the greatest. */
  readonly indexes: boolean;
};

/** Most classes that labels can tell apart. */
export const mostClasses = 65_536;

/**
 * Labels out of an array of numbers. Whole numbers from 0 are class indexes; other whole numbers are names.
 *
 * @throws DatasetError for a label that is not a whole number.
 */
export function numericLabels(values: FeatureArray, file: string): LabelColumn {
  const collect = collector(file);
  let indexes = true;
  values.forEach((value, row) => {
    if (!Number.isSafeInteger(value)) throw new DatasetError(file, `row ${row}`, `label ${value} is not a whole number`);
    if (value < 0 || value >= mostClasses) indexes = false;
    collect.add(String(value + 0), `row ${row}`);
  });
  return { ...collect.finish(), indexes };
}

/** Gathers labels, or categories of one column, one by one. */
export function collector(
  file: string,
  what: 'label' | 'category' = 'label',
): { add(name: string, position: string): void; finish(): { names: string[]; codes: Uint16Array } } {
  const known = new Map<string, number>();
  const of = what === 'label' ? 'class' : 'of its column';
  let codes = new Uint16Array(1024);
  let rows = 0;
  return {
    add(name, position) {
      let code = known.get(name);
      if (code === undefined) {
        code = known.size;
        if (code === mostClasses)
          throw new DatasetError(file, position, `${what} "${name}" is the ${mostClasses + 1}th ${of}; at most ${mostClasses}`);
        known.set(name, code);
      }
      if (rows === codes.length) codes = new Uint16Array(codes.buffer.transfer(codes.byteLength * 2));
      codes[rows++] = code;
    },
    finish: () => ({ names: [...known.keys()], codes: codes.slice(0, rows) }),
  };
}

/**
 * The classes of several files together, in order, and each file's labels as indexes of them.
 * Names that are all numbers are ordered as numbers, others by code unit, the same in every locale.
 */
export function mergeLabels(columns: readonly LabelColumn[]): { classNames: string[]; labels: (Uint8Array | Uint16Array)[] } {
  const names = [...new Set(columns.flatMap((column) => column.names))];
  const classNames = columns.every((column) => column.indexes) ? allUpTo(names) : inOrder(names);
  const index = new Map(classNames.map((name, at) => [name, at]));
  const labels = columns.map((column) => {
    const codes = column.names.map((name) => index.get(name) as number);
    const labels = column.codes.map((code) => codes[code] as number);
    return classNames.length <= 256 ? Uint8Array.from(labels) : labels;
  });
  return { classNames, labels };
}

function allUpTo(names: readonly string[]): string[] {
  const greatest = names.reduce((greatest, name) => Math.max(greatest, Number(name)), -1);
  return Array.from({ length: greatest + 1 }, (_, index) => String(index));
}

/** Names that are all numbers as numbers, others by code unit. */
export function inOrder(names: readonly string[]): string[] {
  const numeric = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return names.toSorted((a, b) => (numeric && Number(a) - Number(b)) || byText(a, b));
}

/** A column by name, or by number from 0; −1 is the last. */
export type ColumnReference = string | number;

/** @returns The column's number from 0. @throws DatasetError where there is none. */
export function findColumn(wanted: ColumnReference, names: readonly string[], file: string, position: string, what = 'label'): number {
  const found = typeof wanted === 'string' ? names.indexOf(wanted) : -1;
  if (found >= 0) return found;
  const number = String(wanted).trim() === '' ? NaN : Number(wanted);
  const index = number < 0 ? names.length + number : number;
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  const some = `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
  throw new DatasetError(file, position, `no ${what} column "${wanted}": name one (${some}) or give its number, 0 to ${names.length - 1}`);
}
