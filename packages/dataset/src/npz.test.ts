import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readNpz, readNpzTables } from './npz.ts';
import { fixture } from './testing/folder.ts';
import { readZip } from './zip.ts';

describe('a NumPy archive', () => {
  test('that NumPy stored has a training and a test set', async () => {
    const { train, test } = readNpzTables(await fixture('stored.npz'), 'a');
    expect(train).toMatchObject({ rows: 20, shape: [2, 2], domain: { min: 0, max: 255 } });
    expect([...train.features.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
    expect([...train.labels.codes.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0]);
    expect(test?.rows).toBe(8);
  });

  test('that NumPy deflated has X and y', async () => {
    const { train, test } = readNpzTables(await fixture('deflated.npz'), 'a');
    expect([train.rows, train.features.at(-1), test]).toEqual([20, 79, undefined]);
  });

  test('may say what the rows weigh, in an array that is named', () => {
    const npy = (...values: number[]): Uint8Array => {
      const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${values.length},), }`.padEnd(117);
      return Buffer.concat([
        Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1'),
        new Uint8Array(Float64Array.from(values).buffer),
      ]);
    };
    const arrays = {
      'x_train.npy': npy(1, 2),
      'y_train.npy': npy(0, 1),
      'w_train.npy': npy(1, 0.5),
      'x_test.npy': npy(3),
      'y_test.npy': npy(1),
    };
    const { train, test } = readNpzTables(zipSync(arrays), 'a', { weightColumn: 'w_train' });
    expect([train.weights, test?.weights]).toEqual([Float64Array.of(1, 0.5), undefined]);
    expect(readNpzTables(zipSync({ ...arrays, 'w_test.npy': npy(2) }), 'a', { weightColumn: 'w_train' }).test?.weights).toEqual(
      Float64Array.of(2),
    );
    expect(() => readNpzTables(zipSync(arrays), 'a', { weightColumn: 'w' })).toThrow(
      'a: no array "w" of weights; there is x_train, y_train',
    );
    expect(() => readNpzTables(zipSync({ ...arrays, 'w_train.npy': npy(1) }), 'a', { weightColumn: 'w_train' })).toThrow(
      'a/w_train.npy: weights are one number a row; this is an array of 1 for 2 rows',
    );
    expect(() => readNpzTables(zipSync({ ...arrays, 'w_train.npy': npy(1, -2) }), 'a', { weightColumn: 'w_train' })).toThrow(
      'row 1: the weight is -2',
    );
    expect(() => readNpzTables(zipSync({ ...arrays, 'x_train.npy': npy(1, NaN) }), 'a')).toThrow(
      'row 1, feature 0: NaN is not a finite number',
    );
    expect(readNpzTables(zipSync({ ...arrays, 'x_train.npy': npy(1, NaN) }), 'a', { missing: 'keep' }).train.features[1]).toBeNaN();
  });

  test('without arrays that are features and labels is refused, with what is there', async () => {
    expect(() => readNpzTables(zipSync({ 'weights.npy': new Uint8Array(1), 'a.txt': new Uint8Array(1) }), 'a')).toThrow(
      'a: no features and labels by their names (x_train, y_train, X, y, …); there is "weights"',
    );
    expect(() => readNpzTables(zipSync({ 'x.npy': new Uint8Array(1) }), 'a')).toThrow('a: train labels are missing; there is "x"');
  });

  test('names the array that is broken', async () => {
    const arrays = readNpz(zipSync({ 'x.npy': await fixture('object.npy') }), 'a.npz');
    expect(() => arrays.get('x')?.()).toThrow('a.npz/x.npy: header: an array of Python objects');
  });
});

describe('a ZIP archive', () => {
  const content = new Uint8Array(1000).fill(65);

  test.each([0, 6] as const)('of level %i gives its entries back', (level) => {
    const [entry] = readZip(zipSync({ 'a/ä.bin': content }, { level }), 'a');
    expect(entry?.name).toBe('a/ä.bin');
    expect(entry?.read()).toEqual(level === 0 ? content : Buffer.from(content));
  });

  test('whose bytes have changed is refused by their checksum', () => {
    const stored = zipSync({ 'x.npy': content }, { level: 0 });
    stored[500]! ^= 1;
    expect(() => readZip(stored, 'a')[0]?.read()).toThrow('a/x.npy: its bytes do not have the checksum (CRC-32)');
  });

  test('that is cut or claims too much is refused', () => {
    const deflated = zipSync({ 'x.npy': content });
    expect(() => readZip(deflated.subarray(0, -1), 'a')).toThrow('the file ends here, without the directory of a ZIP archive');
    const claim = Buffer.from(deflated);
    claim.writeUInt32LE(0xffff_fff0, claim.lastIndexOf('PK\x01\x02') + 24);
    expect(() => readZip(claim, 'a')[0]?.read()).toThrow(/a\/x\.npy: 4294967280 bytes cannot be packed into \d+/);
    const larger = Buffer.from(deflated);
    larger.writeUInt32LE(999, larger.lastIndexOf('PK\x01\x02') + 24);
    expect(() => readZip(larger, 'a')[0]?.read()).toThrow('a/x.npy: deflate: ');
    larger.writeUInt32LE(1001, larger.lastIndexOf('PK\x01\x02') + 24);
    expect(() => readZip(larger, 'a')[0]?.read()).toThrow('a/x.npy: 1000 bytes; the directory says 1001');
    const method = Buffer.from(deflated);
    method.writeUInt16LE(12, method.lastIndexOf('PK\x01\x02') + 10);
    expect(() => readZip(method, 'a')[0]?.read()).toThrow('packed by method 12; only stored (0) and deflated (8) are read');
  });
});
