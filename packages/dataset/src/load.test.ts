import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DatasetError } from './error.ts';
import { loadDataset } from './load.ts';
import { fixture, fixtureFile, folderOf, idxBytes } from './testing/folder.ts';

const table = `a,b,kind\n${Array.from({ length: 20 }, (_, row) => `${row},${row / 2},${row % 2 ? 'odd' : 'even'}`).join('\n')}\n`;

describe('loadDataset', () => {
  test('splits a table by seed where it has no test set, with the same classes on both sides', async () => {
    const file = join(await folderOf({ 'numbers.csv': table }), 'numbers.csv');
    const { train, test } = await loadDataset(file);
    expect(train).toMatchObject({ name: 'numbers', rows: 16, shape: [2], columnNames: ['a', 'b'], classNames: ['even', 'odd'] });
    expect(test).toMatchObject({ rows: 4, classNames: ['even', 'odd'] });
    expect(train.domain).toBeUndefined();
    const other = await loadDataset(file, { seed: 1, testFraction: 0.5 });
    expect(other.test.rows).toBe(10);
    expect((await loadDataset(file)).train.digest).toBe(train.digest);
    expect((await loadDataset(file, { seed: 1 })).train.digest).not.toBe(train.digest);
  });

  test('takes train and test of a folder or a list of tables', async () => {
    const folder = await folderOf({ 'train.csv': table, 'test.csv': 'a,b,kind\n1,2,none\n' });
    const { train, test } = await loadDataset(folder);
    expect([train.rows, test.rows]).toEqual([20, 1]);
    expect(test.classNames).toEqual(['even', 'none', 'odd']);
    expect(test.labels).toEqual(Uint8Array.of(1));
    expect(test.features).toBeInstanceOf(Float64Array); // as the training set, though its own numbers would fit in bytes
    const listed = await loadDataset(`${folder}/train.csv, ${folder}/test.csv`);
    expect(listed.test.digest).toBe(test.digest);
  });

  test('numbers the words of categories alike in both tables, and weighs rows wherever they go', async () => {
    const folder = await folderOf({ 'train.csv': 'c,w,kind\nred,1,x\nblue,2,y\n', 'test.csv': 'c,w,kind\ngreen,3,x\nred,4,y\n' });
    const options = { categorical: ['c'], weightColumn: 'w' };
    const { train, test } = await loadDataset(folder, options);
    const words = ['blue', 'green', 'red'];
    expect(train).toMatchObject({ features: Uint8Array.of(2, 0), weights: Float64Array.of(1, 2), categories: [{ column: 0, words }] });
    expect(test).toMatchObject({ features: Uint8Array.of(1, 2), weights: Float64Array.of(3, 4), categories: [{ column: 0, words }] });
    const pooled = await loadDataset(folder, { ...options, split: 0.5 });
    const weightOf = new Map(
      [train, test].flatMap(({ features, labels, weights }) => [0, 1].map((row) => [`${features[row]} ${labels[row]}`, weights![row]])),
    );
    for (const { features, labels, weights } of [pooled.train, pooled.test])
      for (const row of [0, 1]) expect(weights![row]).toBe(weightOf.get(`${features[row]} ${labels[row]}`));
    await expect(loadDataset('mnist', { weightColumn: 'w' })).rejects.toThrow('read as mnist, which has no weights: no weight column "w"');
  });

  test('reads a pair or a folder of arrays, whichever formats these have', async () => {
    const pair = await loadDataset(`${fixtureFile('images.npz')},${fixtureFile('labels.npz')}`);
    const folder = await folderOf({
      'x.npz': await fixture('images.npz'),
      'y.idx': idxBytes(
        0x08,
        [20],
        Uint8Array.from({ length: 20 }, (_, row) => row % 4),
      ),
      'notes.txt': 'x',
    });
    const mixed = await loadDataset(folder);
    expect(mixed.train).toMatchObject({ rows: 16, shape: [2, 2], classNames: ['0', '1', '2', '3'], domain: { min: 0, max: 255 } });
    expect([mixed.train.digest, mixed.test.digest]).toEqual([pair.train.digest, pair.test.digest]);
    expect((await loadDataset(fixtureFile('deflated.npz'))).train.digest).toBe(pair.train.digest);
  });

  test('reads what lies there twice, gzipped and not, once', async () => {
    const [x, y] = [idxBytes(0x08, [4, 1, 1], Uint8Array.of(1, 2, 3, 4)), idxBytes(0x08, [4], Uint8Array.of(0, 1, 0, 1))];
    const folder = await folderOf({ 'images-idx3-ubyte': x, 'images-idx3-ubyte.gz': 'not read', 'labels-idx1-ubyte.gz': gzipSync(y) });
    const { train, test } = await loadDataset(folder, { split: 0.5 });
    expect([...train.features, ...test.features].toSorted()).toEqual([1, 2, 3, 4]);
  });

  test('takes an archive’s own test set', async () => {
    const { train, test } = await loadDataset(fixtureFile('stored.npz'));
    expect([train.rows, test.rows]).toEqual([20, 8]);
  });

  test('reads a matrix with a label column', async () => {
    const { train } = await loadDataset(fixtureFile('matrix.npy'));
    expect(train).toMatchObject({ name: 'matrix', rows: 16, shape: [2], classNames: ['0', '1'] });
    const first = await loadDataset(fixtureFile('matrix.npy'), { labelColumn: 0, split: 'half' });
    expect(first.train.classNames).toHaveLength(20);
    await expect(loadDataset(fixtureFile('matrix.npy'), { labelColumn: 1 })).rejects.toThrow('row 1: label 0.5 is not a whole number');
    await expect(loadDataset(fixtureFile('matrix.npy'), { labelColumn: 3 })).rejects.toThrow('no label column "3"');
  });

  test('takes the format that is named', async () => {
    const file = join(await folderOf({ numbers: table.replaceAll(',', ';') }), 'numbers');
    expect((await loadDataset(file, { format: 'csv' })).train.shape).toEqual([2]);
    await expect(loadDataset(file, { format: 'npy' })).rejects.toThrow(`${file}: byte 0: not a NumPy array`);
    await expect(loadDataset(file, { format: 'parquet' })).rejects.toThrow(
      /numbers: no format "parquet"; there are\n  mnist: built in.*\n  csv: /,
    );
  });

  test.each([
    ['what does not exist', 'none', 'there is no such file or folder'],
    ['a list with a hole', 'a.csv,', 'a file without a name'],
    ['a list of what does not exist', 'x.npy,y.npy', 'x.npy: there is no such file'],
    ['an image', 'a.png', 'no format that is known; there are'],
    ['a folder of several tables', 'tables', '2 tables (a.csv, b.csv) and none is "train"'],
    ['features without labels', 'half', 'train labels are missing; there is "x.npy"'],
    ['an IDX file alone', 'x.idx', '1 file; give features,labels'],
    ['different lengths', 'uneven', '2 labels for the 20 rows of'],
    ['labels of several columns', 'wide', 'labels are one number a row; this is an array of 2×3'],
    ['numbers that are none', 'nan', 'row 1, feature 0: NaN is not a finite number'],
    ['rows without features', 'bare', 'rows without features: an array of 2×0'],
    ['parts that differ in shape', 'shapes', 'rows of 1; the rows of'],
    ['parts that differ in columns', 'columns', 'test.csv: line 1: feature 0 is "A"; in'],
  ])('refuses %s', async (_, source, message) => {
    const x = await fixture('images.npz');
    const two = idxBytes(0x08, [2], Uint8Array.of(0, 1));
    const one = idxBytes(0x08, [2, 1], Uint8Array.of(0, 1));
    const folder = await folderOf({
      'a.png': await fixture('grey.png'),
      'tables/a.csv': table,
      'tables/b.csv': table,
      'half/x.npy': x,
      'x.idx': two,
      'uneven/x.npz': x,
      'uneven/y': two,
      'wide/x': two,
      'wide/y': idxBytes(0x08, [2, 3], new Uint8Array(6)),
      'nan/x': idxBytes(0x0d, [2, 1], Buffer.from('3f8000007fc00000', 'hex')),
      'nan/y': two,
      'bare/x': idxBytes(0x08, [2, 0], new Uint8Array(0)),
      'bare/y': two,
      'shapes/x-train': idxBytes(0x08, [2, 2], new Uint8Array(4)),
      'shapes/y-train': two,
      'shapes/x-test': one,
      'shapes/y-test': two,
      'columns/train.csv': 'a,k\n1,x\n',
      'columns/test.csv': 'A,k\n1,x\n',
    });
    const paths = source.split(',').map((path) => (path === '' ? '' : join(folder, path)));
    const failure = loadDataset(paths.join(','));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(DatasetError);
  });

  test('refuses a label column where there are no columns', async () => {
    await expect(loadDataset('mnist', { labelColumn: 'x' })).rejects.toThrow(
      'mnist: read as mnist, which has no columns: no label column "x"',
    );
  });
});
