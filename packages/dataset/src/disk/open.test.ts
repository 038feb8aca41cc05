import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Dataset, FeatureArray } from '../dataset.ts';
import { DatasetError } from '../error.ts';
import { loadDataset, type LoadOptions } from '../load.ts';
import { createRandom } from '../random.ts';
import { fixture, fixtureFile, folderOf, idxBytes } from '../testing/folder.ts';
import { isOnDisk, type DiskDataset } from './dataset.ts';
import { featuresOf } from './features-of.ts';
import { openDataset } from './open.ts';

const open = async (source: string, options: LoadOptions = {}) => {
  const work = await folderOf({});
  const { missing: _, weightColumn: __, categorical: ___, ...rest } = options;
  const opened = await openDataset(source, { ...rest, memoryBytes: 0, work });
  onTestFinished(() => opened.close());
  return { ...opened, work };
};

const allOf = async (dataset: Dataset | DiskDataset): Promise<number[]> => {
  const values: number[] = [];
  for await (const piece of featuresOf(dataset)) values.push(...piece);
  return values;
};

async function expectSame(source: string, options: LoadOptions = {}) {
  const inMemory = await loadDataset(source, options);
  const opened = await open(source, options);
  for (const part of ['train', 'test'] as const) {
    const [{ features, ...expected }, found] = [inMemory[part], opened[part]];
    if (!isOnDisk(found)) throw new Error('it is in memory');
    const { matrix, order, ...rest } = found;
    expect(rest).toEqual(expected);
    expect(await allOf(found)).toEqual([...features]);
    expect(order).toHaveLength(expected.rows);
    expect(matrix.width).toBe(expected.shape.reduce((width, size) => width * size, 1));
  }
  return opened;
}

const random = createRandom(3);
const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random() & 255);
const labels = Uint8Array.from({ length: 60 }, () => random() % 3);
const idx = {
  'train-images-idx3-ubyte': idxBytes(0x08, [60, 3, 4], bytes(720)),
  'train-labels-idx1-ubyte': idxBytes(0x08, [60], labels),
};
const test10k = {
  't10k-images-idx3-ubyte': idxBytes(0x08, [20, 3, 4], bytes(240)),
  't10k-labels-idx1-ubyte': idxBytes(0x08, [20], labels.subarray(0, 20)),
};
const rows = (count: number, cell: (row: number) => string): string => Array.from({ length: count }, (_, row) => cell(row)).join('\n');
const kinds = ['ant', 'bee', 'cat'];

describe('data on the disk has the names, classes, rows, split and digest that it has in memory', () => {
  test.each<[string, LoadOptions]>([
    ['as it is given', {}],
    ['pooled and split by seed', { split: 0.3, seed: 5 }],
    ['in halves that are shuffled', { split: 'half', seed: 2 }],
  ])('of IDX files, %s', async (_, options) => {
    const { work } = await expectSame(await folderOf({ ...idx, ...test10k }), options);
    expect(await readdir(work)).toEqual([]); // they are used where they lie
    await expectSame(await folderOf(idx), options);
  });

  test('of gzipped IDX files, which are unpacked once', async () => {
    const packed = Object.entries({ ...idx, ...test10k }).map(([name, content]) => [`${name}.gz`, gzipSync(content)]);
    const { work, remove } = await expectSame(await folderOf(Object.fromEntries(packed)));
    expect(await readdir(work)).toHaveLength(2);
    await remove();
    expect(await readdir(work)).toEqual([]);
  });

  test('of IDX elements of every type', async () => {
    const { buffer } = Float64Array.from({ length: 40 }, (_, at) => (at - 7) * 0.5 ** (at % 30));
    for (const [type, size] of [
      [0x09, 1],
      [0x0b, 2],
      [0x0c, 4],
    ] as const) {
      const folder = await folderOf({
        x: idxBytes(type, [10, 4], new Uint8Array(buffer, 0, 40 * size)),
        y: idxBytes(8, [10], labels.subarray(0, 10)),
      });
      await expectSame(`${folder}/x,${folder}/y`);
    }
    const floats = Buffer.from(Float32Array.from({ length: 40 }, (_, at) => at / 3).buffer).swap32();
    const folder = await folderOf({ x: idxBytes(0x0d, [10, 4], floats), y: idxBytes(8, [10], labels.subarray(0, 10)) });
    await expectSame(`${folder}/x,${folder}/y`);
  });

  test('of NumPy’s arrays and archives', async () => {
    for (const file of ['stored.npz', 'deflated.npz']) await expectSame(fixtureFile(file));
    await expectSame(`${fixtureFile('images.npz')},${fixtureFile('labels.npz')}`);
    for (const type of ['<f4', '<f8', '>f4', '|u1', '<i8'] as const) {
      const folder = await folderOf({ 'x.npy': npy(type, [30, 5]), 'y.npy': npy('|u1', [30]) });
      await expectSame(folder);
    }
  });

  test('of a matrix with a column of labels', async () => {
    for (const type of ['<i8', '<i2'] as const) {
      const folder = await folderOf({ 'm.npy': npy(type, [300, 5]) });
      await expectSame(`${folder}/m.npy`);
      await expectSame(`${folder}/m.npy`, { labelColumn: 2 });
    }
  });

  test('of parts whose numbers are wider in one than in the other', async () => {
    const folder = await folderOf({
      'x_train.npy': npy('|u1', [30, 5]),
      'y_train.npy': npy('|u1', [30]),
      'x_test.npy': npy('<f8', [9, 5]),
      'y_test.npy': npy('|u1', [9]),
    });
    await expectSame(folder);
    await expectSame(folder, { split: 0.5 });
    const swapped = await folderOf({
      'x_train.npy': npy('<f8', [30, 5]),
      'y_train.npy': npy('|u1', [30]),
      'x_test.npy': npy('|u1', [9, 5]),
      'y_test.npy': npy('|u1', [9]),
    });
    await expectSame(swapped, { split: 'half' });
  });

  test('of tables, of classes and of numbers, packed and not, bytes and others', async () => {
    const text = `a,b,kind\n${rows(50, (row) => `${row},${row < 30 ? row : row / 3},${kinds[row % 3]}`)}\n`;
    const whole = `a,b,kind\n${rows(20, (row) => `${row},${row * 2},${kinds[(row * 7) % 3]}`)}\n`;
    const numbers = `a,b,c\n${rows(50, (row) => `${row},${row / 7},${-row}`)}\n`;
    const folder = await folderOf({
      'one.csv': text,
      'numbers.csv': numbers,
      'packed.csv.gz': gzipSync(text),
      'pair/train.csv': whole,
      'pair/test.csv': text,
    });
    await expectSame(join(folder, 'one.csv'), { seed: 9, testFraction: 0.4 });
    await expectSame(join(folder, 'packed.csv.gz'), { labelColumn: 'kind' });
    await expectSame(join(folder, 'numbers.csv'), { labelColumn: 'b', target: 'number' });
    await expectSame(join(folder, 'pair'));
    await expectSame(join(folder, 'pair'), { split: 0.25 });
  });

  test('of folders of images, grey ones among those in colour', async () => {
    const [grey, colour] = [await fixture('grey.png'), await fixture('rgb.png')];
    const same = await folderOf({ 'a/1.png': grey, 'a/2.png': grey, 'b/1.png': grey, 'b/2.png': grey });
    await expectSame(same, { split: 0.5 });
    const mixed = await folderOf({ 'train/a/1.png': grey, 'train/b/1.png': grey, 'test/a/1.png': colour });
    await expectSame(mixed);
  });

  test('of MNIST', async () => {
    const inMemory = await loadDataset('mnist');
    const { train, test } = await open('mnist');
    expect([train.digest, test.digest]).toEqual([inMemory.train.digest, inMemory.test.digest]);
    expect(isOnDisk(train)).toBe(true);
  });
});

test('what fits into memory is there, and the other is told of with its size', async () => {
  const folder = await folderOf({ ...idx, ...test10k });
  const told: number[] = [];
  const onDisk = (size: number): number => told.push(size);
  const fits = await openDataset(folder, { memoryBytes: 960, work: folder, onDisk });
  expect([isOnDisk(fits.train), told]).toEqual([false, []]);
  const exceeds = await openDataset(folder, { memoryBytes: 959, work: folder, onDisk });
  expect([isOnDisk(exceeds.train), told]).toEqual([true, [960]]);
  await exceeds.close();
});

describe('work files', () => {
  const table = `a,kind\n${rows(50, (row) => `${row / 3},${kinds[row % 3]}`)}\n`;

  test('are found again, and made anew where the source has changed', async () => {
    const folder = await folderOf({ 't.csv': table });
    const work = join(folder, 'work');
    const run = async (): Promise<[string, string[], number]> => {
      const { train, close } = await openDataset(join(folder, 't.csv'), { memoryBytes: 0, work });
      await close();
      const names = await readdir(work);
      return [train.digest, names, (await stat(join(work, names[0] as string))).mtimeMs];
    };
    const first = await run();
    expect(await run()).toEqual(first);
    await writeFile(join(folder, 't.csv'), table.replace('ant', 'bee'));
    await utimes(join(folder, 't.csv'), 1, 1);
    const [digest, names] = await run();
    expect(digest).not.toBe(first[0]);
    expect(names).toHaveLength(2);
  });

  test('that are damaged are refused; those that a dead process left are removed, and of a failure none is left', async () => {
    const folder = await folderOf({ 't.csv': table });
    const work = join(folder, 'work');
    const source = join(folder, 't.csv');
    await (await openDataset(source, { memoryBytes: 0, work })).close();
    const [name] = await readdir(work);
    await writeFile(join(work, name as string), 'short');
    await expect(openDataset(source, { memoryBytes: 0, work })).rejects.toThrow(/not a sound work file .*: remove it/);

    const left = ['elsewhere.1.a', 'elsewhere.1.b', `${hostname()}.${process.pid}.a`, `${hostname()}.${process.ppid}.a`];
    const [silent, written, mine, alive] = left.map((by) => `${name}.${by}.new`) as [string, string, string, string];
    const other = await folderOf({ [silent]: '', [written]: '', [mine]: '', [alive]: '' });
    await utimes(join(other, silent), 1, 1);
    await (await openDataset(source, { memoryBytes: 0, work: other })).close();
    expect((await readdir(other)).toSorted()).toEqual([name, written, alive].toSorted());

    await writeFile(source, `${table}x,ant\n`);
    const fresh = join(folder, 'fresh');
    await expect(openDataset(source, { memoryBytes: 0, work: fresh })).rejects.toThrow(
      'line 52, column 1 ("a"): "x" is not a finite number',
    );
    expect(await readdir(fresh)).toEqual([]);
  });
});

describe('what cannot be used is refused in the words that are used in memory', () => {
  test.each<[string, Record<string, Uint8Array>, LoadOptions?]>([
    ['an IDX file that ends early', { 'x.idx': idx['train-images-idx3-ubyte'].subarray(0, 500), 'y.idx': idx['train-labels-idx1-ubyte'] }],
    [
      'more elements than the head says',
      { 'x.idx': Buffer.concat([idx['train-images-idx3-ubyte'], bytes(4)]), 'y.idx': idx['train-labels-idx1-ubyte'] },
    ],
    ['labels that are too few', { 'x.idx': idx['train-images-idx3-ubyte'], 'y.idx': idxBytes(8, [59], labels.subarray(0, 59)) }],
    ['labels of two numbers a row', { 'x.idx': idx['train-images-idx3-ubyte'], 'y.idx': idxBytes(8, [60, 2], bytes(120)) }],
    ['a number that is none', { 'x.npy': npy('<f4', [30, 5], NaN), 'y.npy': npy('|u1', [30]) }],
    ['a split of too few rows', { 'x.npy': npy('<f4', [1, 5]), 'y.npy': npy('|u1', [1]) }],
    ['no labels', { 'x.npy': npy('<f4', [1, 5]) }],
    ['an archive that was cut', { 'd.npz': zipSync({ 'x.npy': npy('<f4', [30, 5]), 'y.npy': npy('|u1', [30]) }).subarray(50) }],
  ])('%s', async (_, files, options) => {
    const folder = await folderOf(files);
    const source = 'd.npz' in files ? join(folder, 'd.npz') : folder;
    const message = await loadDataset(source, options).then(
      () => 'none',
      (error: unknown) => (error instanceof DatasetError ? error.message : 'another'),
    );
    expect(['none', 'another']).not.toContain(message);
    await expect(open(source, options)).rejects.toThrow(message);
  });

  test('Fortran’s order, which in memory can be changed', async () => {
    const folder = await folderOf({ 'x.npy': npy('<f4', [30, 5], 0, true), 'y.npy': npy('|u1', [30]) });
    await expect(open(folder)).rejects.toThrow(
      'x.npy: header: in Fortran order, and larger than memory: save it with numpy.ascontiguousarray',
    );
  });
});

const arrays: Readonly<Record<string, (length: number) => FeatureArray | Int16Array | BigInt64Array>> = {
  '<f4': (length) => Float32Array.from({ length }, (_, at) => at / 7),
  '>f4': (length) => Float32Array.from({ length }, (_, at) => at / 7),
  '<f8': (length) => Float64Array.from({ length }, (_, at) => at / 7),
  '|u1': (length) => Uint8Array.from({ length }, (_, at) => (at * 7) % 3),
  '<i2': (length) => Int16Array.from({ length }, (_, at) => (at * 31) % 120),
  '<i8': (length) => BigInt64Array.from({ length }, (_, at) => BigInt(at % 4)),
};

function npy(type: keyof typeof arrays & string, shape: readonly number[], first?: number, fortran = false): Uint8Array {
  const values = arrays[type]!(shape.reduce((length, size) => length * size, 1));
  if (first !== undefined) values[0] = first as never;
  const elements = Buffer.from(values.buffer as ArrayBuffer);
  if (type.startsWith('>')) elements.swap32();
  const header = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')},), }`.padEnd(117);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Uint8Array.of(118, 0), Buffer.from(`${header}\n`), elements]);
}
