import type { CodedColumn } from './categories.ts';
import { parseNumber, saysMissing } from './csv-cells.ts';
import type { CsvRow } from './csv-parser.ts';
import { DatasetError } from './error.ts';
import { featureStore, numberStore } from './feature-store.ts';
import { collector, findColumn } from './labels.ts';
import type { TableOptions } from './table-options.ts';
import type { Table } from './table.ts';
import { checkWeight } from './weights.ts';

type Layout = {
  readonly columns: readonly string[] | undefined;
  readonly width: number;
  readonly label: number;
  /** −1 where there is none. */
  readonly weight: number;
  /** The categorical columns, and what gathers their cells. */
  readonly categorical: ReadonlyMap<number, ReturnType<typeof collector>>;
};

/** Makes a table of records, one by one. @param features Where the features go, if not into memory. */
export function tableBuilder(file: string, options: TableOptions, features = featureStore(options.missing === 'keep')) {
  const labels = collector(file);
  const targets = options.target === 'number' ? numberStore() : undefined;
  const weights = options.weightColumn === undefined ? undefined : numberStore();
  let layout: Layout | undefined;
  let rows = 0;
  let line = 0;

  const place = (column: number): string => {
    const name = layout?.columns?.[column];
    return `line ${line}, column ${column + 1}${name === undefined ? '' : ` ("${name}")`}`;
  };
  const isMissing = (cell: string): boolean => options.missing === 'keep' && saysMissing(cell);
  const numberAt = (cell: string, column: number): number => {
    const value = parseNumber(cell);
    if (value !== undefined) return value;
    const what = cell.trim() === '' ? 'the value is missing' : `"${cell.slice(0, 40)}" is not a finite number`;
    throw new DatasetError(file, place(column), what);
  };
  const categoryAt = (cell: string, column: number): string => {
    if (isMissing(cell)) return '';
    const word = cell.trim();
    if (word === '') throw new DatasetError(file, place(column), 'the value is missing');
    return word;
  };
  const addCells = ({ cells }: CsvRow, { width, label, weight, columns, categorical }: Layout): void => {
    if (cells.length !== width) throw new DatasetError(file, `line ${line}`, `${cells.length} cells; the first line has ${width}`);
    for (let column = 0; column < width; column++) {
      if (column === label || column === weight) continue;
      const cell = cells[column] as string;
      const words = categorical.size > 0 ? categorical.get(column) : undefined;
      words?.add(categoryAt(cell, column), place(column));
      features.add(words ? 0 : isMissing(cell) ? Number.NaN : numberAt(cell, column)); // what stands for words is not known yet
    }
    const name = (cells[label] as string).trim();
    if (name === '') throw new DatasetError(file, place(label), 'the label is missing');
    targets?.add(numberAt(name, label));
    labels.add(targets ? (columns?.[label] ?? 'target') : name, place(label));
    weights?.add(checkWeight(numberAt(cells[weight] as string, weight), file, place(weight)));
    rows++;
  };
  return {
    line: () => line,
    add(row: CsvRow): void {
      line = row.line;
      if (layout) return addCells(row, layout);
      layout = layoutOf(row, file, options);
      if (!layout.columns) addCells(row, layout);
    },
    finish(): Table {
      if (!layout || rows === 0) throw new DatasetError(file, undefined, layout ? 'a header but no rows' : 'there is nothing in it');
      const columnNames = layout.columns && featuresOf(layout.columns, layout);
      const coded = codedColumns(layout);
      return {
        file,
        rows,
        shape: [layout.width - 1 - Number(layout.weight >= 0)],
        features: features.finish(),
        labels: { ...labels.finish(), indexes: false },
        ...(targets && { targets: targets.finish() }),
        ...(weights && { weights: weights.finish() }),
        ...(columnNames && { columnNames }),
        ...(coded.length > 0 && { coded }),
      };
    },
  };
}

function layoutOf({ cells, line }: CsvRow, file: string, options: TableOptions): Layout {
  const { labelColumn = -1, weightColumn, categorical = [], header } = options;
  const width = cells.length;
  const least = weightColumn === undefined ? 2 : 3;
  if (width < least) {
    const [columns, weights] = [width === 1 ? 'one column' : `${width} columns`, weightColumn === undefined ? '' : ', one of weights'];
    throw new DatasetError(file, `line ${line}`, `${columns}; a table has one of labels${weights} and at least one of features`);
  }
  const named = cells.map((cell) => cell.trim());
  const label = findColumn(labelColumn, named, file, `line ${line}`);
  const weight = weightColumn === undefined ? -1 : findColumn(weightColumn, named, file, `line ${line}`, 'weight');
  if (label === weight)
    throw new DatasetError(file, `line ${line}`, `column "${weightColumn}" holds the weights and the labels: name one of them`);
  const features = featuresOf(named, { label, weight });
  const positions = featuresOf([...named.keys()], { label, weight });
  const found = categorical.map((column) => positions[findColumn(column, features, file, `line ${line}`, 'categorical')] as number);
  const names = [labelColumn, weightColumn, ...categorical].filter((column) => typeof column === 'string');
  const isHeader = header ?? (names.some((name) => named.includes(name) && parseNumber(name) === undefined) || looksLikeHeader(features));
  return {
    columns: isHeader ? named : undefined,
    width,
    label,
    weight,
    categorical: new Map(found.map((column) => [column, collector(file, 'category')])),
  };
}

function featuresOf<T>(cells: readonly T[], { label, weight }: Pick<Layout, 'label' | 'weight'>): T[] {
  return cells.filter((_, column) => column !== label && column !== weight);
}

function codedColumns({ categorical, width, label, weight }: Layout): CodedColumn[] {
  const positions = featuresOf([...Array(width).keys()], { label, weight });
  return [...categorical].map(([column, words]) => ({ column: positions.indexOf(column), ...words.finish() }));
}

/** No feature is a number; or they are 0, 1, 2 …, as pandas names the columns of a bare array. */
function looksLikeHeader(features: readonly string[]): boolean {
  if (features.every((cell) => cell === '' || !Number.isFinite(Number(cell)))) return true;
  return features.length > 2 && features.every((cell, at) => cell === String(at));
}
