import { expect, test } from 'vitest';
import { tablePayload } from '../rows/table.ts';
import { decodeCsv } from './csv.ts';

const read = (text: string) => decodeCsv(Buffer.from(text));

test.each([
  ['a,b\n1,2.5\n-3e2,.5', [[1, 2.5], [-300, 0.5]]],
  ['a,b\r\n1,2\r\n', [[1, 2]]],
  ['\uFEFFa,b\n1,2\n\n', [[1, 2]]],
  ['a,b\n1,\n,2', [[1, null], [null, 2]]],
  ['a,b\n1,"x ""y"", z"\n2,w', [[1, 'x "y", z'], [2, 'w']]],
  ['a,b\n"1","two\nlines"', [[1, 'two\nlines']]],
])('%j', (text, rows) => expect(read(text)).toMatchObject({ columns: ['a', 'b'], rows })); // prettier-ignore

test.each([
  ['', 'no line'],
  ['a,b\n', 'no row'],
  ['a,b\n1,2\n3', 'row 1 of the CSV has 1 cells for 2 columns'],
  ['a,b\n"1,2', 'quote'],
])('%j is refused, saying %s', (text, word) => expect(() => read(text)).toThrow(word));

test('numbers are a tensor, NaN where one is missing; integers are exact', () => {
  const tensorOf = (text: string) => {
    const payload = tablePayload(read(text));
    return payload.kind === 'tensors' ? payload.tensors[0] : payload;
  };
  expect(tensorOf('a,b\n1,\n2,3')).toMatchObject({
    datatype: 'FP64',
    shape: [2, 2],
    columns: ['a', 'b'],
    data: Float64Array.of(1, NaN, 2, 3),
  });
  expect(tensorOf('a\n9007199254740993')).toMatchObject({ datatype: 'INT64', data: BigInt64Array.of(9007199254740993n) });
  expect(() => tensorOf('a,b\n9007199254740993,0.5')).toThrow('row 0, column "a"');
  expect(tensorOf('a,b\n1,x')).toEqual({ kind: 'json', json: [[1, 'x']], columns: ['a', 'b'] });
});
