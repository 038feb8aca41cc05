import { InferenceError } from '../error.ts';
import type { Table } from '../rows/table.ts';

const number = /^[ \t]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t]*$/;
const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * CSV (RFC 4180) whose first line names the columns. A column is of numbers where all of its cells are numbers or empty; an empty one is a
 * missing value. Other columns are text.
 * @throws InferenceError INVALID_ARGUMENT naming the line
 */
export function decodeCsv(body: Uint8Array): Table {
  const [columns, ...lines] = linesOf(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  if (!columns) throw new InferenceError('INVALID_ARGUMENT', 'the CSV has no line; its first line names the columns');
  if (lines.length === 0) throw new InferenceError('INVALID_ARGUMENT', 'the CSV has no row below the names of its columns');
  const wrong = lines.findIndex((line) => line.length !== columns.length);
  if (wrong >= 0) {
    throw new InferenceError('INVALID_ARGUMENT', `row ${wrong} of the CSV has ${lines[wrong]?.length} cells for ${columns.length} columns`);
  }
  const numeric = columns.map((_, column) => lines.every((line) => line[column] === '' || number.test(line[column] as string)));
  const rowsOf = (value: (text: string) => unknown) =>
    lines.map((line) => line.map((text, column) => (numeric[column] ? (text === '' ? null : value(text)) : text)));
  return { columns, rows: rowsOf(Number), reread: () => rowsOf((text) => (/^\s*[-+]?\d+\s*$/.test(text) ? BigInt(text) : Number(text))) };
}

function linesOf(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  const from = text.startsWith('\uFEFF') ? 1 : 0;
  for (cell.lastIndex = from; cell.lastIndex < text.length;) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new InferenceError('INVALID_ARGUMENT', `the CSV has a quote that it may not have, after position ${at}`);
    line.push(match[1] === undefined ? (match[2] as string) : match[1].replaceAll('""', '"'));
    const atEnd = cell.lastIndex === text.length;
    if (match[3] === ',') {
      if (atEnd) line.push('');
      else continue;
    }
    if (line.length > 1 || line[0] !== '') lines.push(line); // a blank line is no row
    line = [];
  }
  return lines;
}
