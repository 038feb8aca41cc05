import { DatasetError } from './error.ts';

/** One record; `line` is where it begins, counted from 1. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/** Characters of one cell; more is a quote that was never closed, and must not fill the memory. */
const longestCell = 2 ** 20;
const mostCells = 2 ** 20;

const quote = 0x22;
const newline = 0x0a;
const carriage = 0x0d;

/**
 * Cuts text into records by RFC 4180: a cell may be quoted, a quote in it is doubled, a line ends in LF, CRLF or CR. Empty lines are left
 * out. Text comes piece by piece; only the record under way is kept between.
 *
 *     const parser = csvParser('a.csv', ',');
 *     [...parser.push('a,"b ""c"""\n1,'), ...parser.push('2'), ...parser.finish()]
 *     // [{ line: 1, cells: ['a', 'b "c"'] }, { line: 2, cells: ['1', '2'] }]
 *
 * @throws DatasetError for text after a closing quote, a quote that is never closed, a cell or a record that is too long.
 */
export function csvParser(file: string, delimiter: string): { push(text: string): Generator<CsvRow>; finish(): Generator<CsvRow> } {
  const separator = delimiter.charCodeAt(0);
  let state: 'begin' | 'plain' | 'quoted' | 'closed' = 'begin';
  let cell = '';
  let cells: string[] = [];
  let line = 1;
  let begun = 1;
  let lastWasCarriage = false;

  const keep = (text: string): void => {
    cell += text;
    if (cell.length > longestCell)
      throw new DatasetError(file, `line ${begun}`, `a cell of more than ${longestCell} characters; is a quote never closed?`);
  };
  const endCell = (text: string): void => {
    cells.push(cell === '' ? text : cell + text);
    if (cells.length > mostCells) throw new DatasetError(file, `line ${begun}`, `more than ${mostCells} cells in one record`);
    cell = '';
    state = 'begin';
  };
  function* endRow(text: string, blank: boolean): Generator<CsvRow> {
    endCell(text);
    if (!(blank && cells.length === 1)) yield { line: begun, cells };
    cells = [];
  }

  function* push(text: string): Generator<CsvRow> {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (state === 'quoted') {
        if (code === newline) line++;
        if (code !== quote) continue;
        keep(text.slice(from, at));
        state = 'closed';
        from = at + 1;
      } else if (code === separator) {
        endCell(text.slice(from, at));
        from = at + 1;
      } else if (code === newline || code === carriage) {
        const second = code === newline && lastWasCarriage && at === from; // the LF of a CRLF
        if (!second) yield* endRow(text.slice(from, at), state === 'begin');
        if (!second) begun = ++line;
        from = at + 1;
      } else if (state === 'closed') {
        if (code !== quote)
          throw new DatasetError(file, `line ${line}`, `"${text[at]}" after the closing quote of column ${cells.length + 1}`);
        keep('"');
        state = 'quoted';
        from = at + 1;
      } else if (state === 'begin') {
        state = code === quote ? 'quoted' : 'plain';
        if (code === quote) from = at + 1;
      }
      lastWasCarriage = code === carriage;
    }
    keep(text.slice(from));
  }

  function* finish(): Generator<CsvRow> {
    if (state === 'quoted') throw new DatasetError(file, `line ${begun}`, `the file ends inside a quoted cell, column ${cells.length + 1}`);
    if (state !== 'begin' || cells.length > 0) yield* endRow('', false);
  }
  return { push, finish };
}

/** Of comma, tab, semicolon and bar the one that is most often in the first line, outside quotes. */
export function guessDelimiter(text: string): string {
  const first =
    text
      .replace(/"[^"]*"?/g, '')
      .split(/[\r\n]/)
      .find((line) => line !== '') ?? '';
  const times = (delimiter: string): number => first.split(delimiter).length;
  return [',', '\t', ';', '|'].reduce((best, each) => (times(each) > times(best) ? each : best));
}
