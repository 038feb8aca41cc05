import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvParser, guessDelimiter } from './csv-parser.ts';

function parse(pieces: readonly string[], delimiter = ',') {
  const parser = csvParser('a.csv', delimiter);
  return [...pieces.flatMap((piece) => [...parser.push(piece)]), ...parser.finish()];
}
const cellsOf = (text: string): (readonly string[])[] => parse([text]).map((row) => row.cells);

describe('the CSV parser', () => {
  test('gives back any cells that were written by RFC 4180, in whatever pieces they come', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', 'é'), maxLength: 6 });
    const written = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(40), { maxLength: 5 }),
        fc.boolean(),
        (rows, ending, cuts, endsOpen) => {
          const text = rows.map((row) => row.map(written).join(',')).join(ending) + (endsOpen ? '' : ending);
          const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((end, at) => text.slice(places[at], end));
          expect(parse(pieces).map((row) => row.cells)).toEqual(rows);
        },
      ),
    );
  });

  test('counts lines, also within quotes, and leaves empty ones out', () => {
    expect(parse(['a,b\r\n\r\n"x\ny",2\n', '\n3,4']).map(({ line, cells }) => [line, cells])).toEqual([
      [1, ['a', 'b']],
      [3, ['x\ny', '2']],
      [6, ['3', '4']],
    ]);
  });

  test('takes a quote inside a cell as it is', () => {
    expect(cellsOf('5" pipe,2')).toEqual([['5" pipe', '2']]);
  });

  test('refuses quotes that make no sense', () => {
    expect(() => cellsOf('a,b\n"x"y,2')).toThrow('a.csv: line 2: "y" after the closing quote of column 1');
    expect(() => cellsOf('a,b\n1,"x\n2,3\n')).toThrow('a.csv: line 2: the file ends inside a quoted cell, column 2');
  });

  test('does not gather an endless cell or record', () => {
    const parser = csvParser('a.csv', ',');
    const piece = 'x'.repeat(2 ** 18);
    expect(() => {
      for (const text of ['"', ...Array<string>(8).fill(piece)]) parser.push(text).next();
    }).toThrow('a.csv: line 1: a cell of more than 1048576 characters; is a quote never closed?');
    expect(() => cellsOf(','.repeat(2 ** 20 + 1))).toThrow('more than 1048576 cells');
  });

  test('guesses the delimiter from the first line', () => {
    expect(['a,b;c,d', 'a\tb', '\na;"x,y,z";b\n1,2,3,4', 'a|b', 'abc'].map(guessDelimiter)).toEqual([',', '\t', ';', '|', ',']);
  });
});
