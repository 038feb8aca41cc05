import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvParser, guessDelimiter, type CsvRow } from './csv-parser.ts';
import { DatasetError } from './error.ts';
import { featureStore, numberStore } from './feature-store.ts';
import { readHead, unreadable } from './file.ts';
import { collector, findColumn, type ColumnReference } from './labels.ts';
import type { Table } from './table.ts';
import { looksLikeGzip } from './zip.ts';

export type CsvOptions = {
  /** Default the last. */
  readonly labelColumn?: ColumnReference;
  /** Default: of comma, tab, semicolon and bar the most frequent in the first line. */
  readonly delimiter?: string;
  /** Whether the first line names the columns. Default: it does unless a feature in it is a number. */
  readonly header?: boolean;
  /** What the label column holds: names of classes, or numbers that are to be predicted. Default classes. */
  readonly target?: 'class' | 'number';
};

/**
 * A table of numbers with one column of labels, gzipped or not. It is read as a stream: at no time is more of the text in memory than a
 * piece of it and one record.
 *
 * @throws DatasetError for a cell that is missing or not a number, with line and column.
 */
export async function readCsv(file: string, options: CsvOptions = {}): Promise<Table> {
  const table = tableBuilder(file, options);
  try {
    for await (const row of rowsOf(file, options.delimiter)) table.add(row);
  } catch (error) {
    throw explained(file, table.line(), error);
  }
  return table.finish();
}

async function* rowsOf(file: string, delimiter: string | undefined): AsyncGenerator<CsvRow> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parser: ReturnType<typeof csvParser> | undefined;
  for await (const piece of await open(file)) {
    const text = decoder.decode(piece as Uint8Array, { stream: true });
    parser ??= csvParser(file, delimiter ?? guessDelimiter(text));
    yield* parser.push(text);
  }
  if (!parser) return;
  yield* parser.push(decoder.decode());
  yield* parser.finish();
}

async function open(file: string): Promise<Readable> {
  const input = createReadStream(file, { highWaterMark: 2 ** 18 });
  if (!looksLikeGzip(await readHead(file, 2))) return input;
  return pipeline(input, createGunzip({ chunkSize: 2 ** 18 }), () => {}); // an error of either is the last one's, who is read
}

function explained(file: string, line: number, error: unknown): unknown {
  if (error instanceof DatasetError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new DatasetError(file, `after line ${line}`, 'not UTF-8 text: save it as UTF-8', { cause: error });
  if (code.startsWith('Z_')) return new DatasetError(file, `after line ${line}`, `gzip: ${message}`, { cause: error });
  return unreadable(file, error);
}

type Layout = { readonly columns: readonly string[] | undefined; readonly width: number; readonly label: number };

function tableBuilder(file: string, options: CsvOptions) {
  const features = featureStore();
  const labels = collector(file);
  const targets = options.target === 'number' ? numberStore() : undefined;
  let layout: Layout | undefined;
  let rows = 0;
  let line = 0;

  const addCells = ({ cells }: CsvRow, { width, label, columns }: Layout): void => {
    if (cells.length !== width) throw new DatasetError(file, `line ${line}`, `${cells.length} cells; the first line has ${width}`);
    for (let column = 0; column < width; column++) {
      const cell = cells[column] as string;
      if (column !== label) features.add(numberOf(cell, file, line, column, columns));
    }
    const name = (cells[label] as string).trim();
    if (name === '') throw new DatasetError(file, place(line, label, columns), 'the label is missing');
    targets?.add(numberOf(name, file, line, label, columns));
    labels.add(targets ? (columns?.[label] ?? 'target') : name, place(line, label, columns));
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
      const { columns, label, width } = layout;
      const columnNames = columns?.filter((_, column) => column !== label);
      const shared = { file, rows, shape: [width - 1], features: features.finish(), labels: { ...labels.finish(), indexes: false } };
      return { ...shared, ...(targets && { targets: targets.finish() }), ...(columnNames && { columnNames }) };
    },
  };
}

function layoutOf({ cells, line }: CsvRow, file: string, { labelColumn = -1, header }: CsvOptions): Layout {
  const width = cells.length;
  if (width < 2) throw new DatasetError(file, `line ${line}`, 'one column; a table has one of labels and at least one of features');
  const named = cells.map((cell) => cell.trim());
  const label = findColumn(labelColumn, named, file, `line ${line}`);
  const isHeader = header ?? (named.includes(String(labelColumn)) || looksLikeHeader(named, label));
  return { columns: isHeader ? named : undefined, width, label };
}

/** No feature is a number; or they are 0, 1, 2 …, as pandas names the columns of a bare array. */
function looksLikeHeader(cells: readonly string[], label: number): boolean {
  const features = cells.filter((_, column) => column !== label);
  if (features.every((cell) => cell === '' || !Number.isFinite(Number(cell)))) return true;
  return features.length > 2 && features.every((cell, at) => cell === String(at));
}

function numberOf(cell: string, file: string, line: number, column: number, columns: readonly string[] | undefined): number {
  const digit = cell.charCodeAt(0) - 0x30;
  if (cell.length === 1 && digit >= 0 && digit <= 9) return digit;
  const value = Number(cell);
  const ordinary = digit > 0 && digit <= 9; // so neither blank nor 0x10
  if (Number.isFinite(value) && (ordinary || !/^\s*(0[xob]|$)/i.test(cell))) return value;
  const what = cell.trim() === '' ? 'the value is missing' : `"${cell.slice(0, 40)}" is not a finite number`;
  throw new DatasetError(file, place(line, column, columns), what);
}

function place(line: number, column: number, columns: readonly string[] | undefined): string {
  return `line ${line}, column ${column + 1}${columns ? ` ("${columns[column]}")` : ''}`;
}
