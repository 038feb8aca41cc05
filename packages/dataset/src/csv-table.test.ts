import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import type { TableOptions } from './table-options.ts';
import { folderOf } from './testing/folder.ts';

async function read(content: string, options?: TableOptions) {
  return readCsv(join(await folderOf({ 'a.csv': content }), 'a.csv'), options);
}

describe('missing values', () => {
  test('are NaN among doubles where they are kept', async () => {
    const { features } = await read('a,b,kind\n1,,x\nNA,2,y\n3,?,x\n', { missing: 'keep' });
    expect(features).toEqual(Float64Array.of(1, NaN, NaN, 2, 3, NaN));
  });

  test('could have been there, so that features are never bytes where they are kept', async () => {
    expect((await read('a,kind\n1,x\n2,y\n', { missing: 'keep' })).features).toEqual(Float64Array.of(1, 2));
  });

  test('are no labels, no targets, no weights, and no words', async () => {
    const keep = { missing: 'keep' } as const;
    await expect(read('a,kind\n1,\n', keep)).rejects.toThrow('line 2, column 2 ("kind"): the label is missing');
    await expect(read('a,price\n1,NA\n', { ...keep, target: 'number' })).rejects.toThrow('column 2 ("price"): "NA" is not a finite number');
    await expect(read('a,w,kind\n1,,x\n', { ...keep, weightColumn: 'w' })).rejects.toThrow('column 2 ("w"): the value is missing');
    await expect(read('a,kind\nred,x\n', keep)).rejects.toThrow('line 2, column 1 ("a"): "red" is not a finite number');
  });
});

describe('a column of weights', () => {
  test('is no feature', async () => {
    const table = await read('w,a,kind,b\n2,1,x,0\n0.5,3,y,9\n', { weightColumn: 'w', labelColumn: 'kind' });
    expect(table).toMatchObject({
      shape: [2],
      columnNames: ['a', 'b'],
      features: Uint8Array.of(1, 0, 3, 9),
      weights: Float64Array.of(2, 0.5),
    });
  });

  test.each([
    ['below 0', 'a,w,kind\n1,-1,x\n', 'w', 'line 2, column 2 ("w"): the weight is -1; it is a finite number from 0'],
    ['that is none', 'a,w,kind\n1,heavy,x\n', 'w', 'line 2, column 2 ("w"): "heavy" is not a finite number'],
    ['that is not there', 'a,w,kind\n1,1,x\n', 'v', 'line 1: no weight column "v": name one (a, w, kind) or give its number, 0 to 2'],
    ['that is the label', 'a,w,kind\n1,1,x\n', 'kind', 'line 1: column "kind" holds the weights and the labels'],
    ['without features', 'w,kind\n1,x\n', 'w', 'line 1: 2 columns; a table has one of labels, one of weights and at least one of features'],
  ])('%s is refused', async (_, content, weightColumn, message) => {
    await expect(read(content, { weightColumn })).rejects.toThrow(`a.csv: ${message}`);
  });
});

describe('a column of categories', () => {
  test('is gathered, by name or by its number among the features', async () => {
    const content = 'kind,a,colour\nx,1,red\ny,2,blue\nx,3,red\n';
    const byName = await read(content, { labelColumn: 'kind', categorical: ['colour'] });
    expect(byName.coded).toEqual([{ column: 1, names: ['red', 'blue'], codes: Uint16Array.of(0, 1, 0) }]);
    expect((await read(content, { labelColumn: 'kind', categorical: [1] })).coded).toEqual(byName.coded);
  });

  test('may have missing values where these are kept', async () => {
    await expect(read('a,kind\n ,x\n', { categorical: ['a'] })).rejects.toThrow('line 2, column 1 ("a"): the value is missing');
    const { coded } = await read('a,kind\nNA,x\nred,y\n', { categorical: ['a'], missing: 'keep' });
    expect(coded).toEqual([{ column: 0, names: ['', 'red'], codes: Uint16Array.of(0, 1) }]);
  });

  test('that is not there is refused', async () => {
    await expect(read('a,b,kind\n1,2,x\n', { categorical: ['c'] })).rejects.toThrow('no categorical column "c": name one (a, b)');
  });
});
