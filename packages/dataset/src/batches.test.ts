import { describe, expect, test } from 'vitest';
import { batches } from './batches.ts';
import { createDataset } from './dataset.ts';

const ten = createDataset({
  name: 'ten',
  rows: 10,
  shape: [2],
  features: Uint8Array.from({ length: 20 }, (_, at) => at * 10),
  labels: Uint8Array.from({ length: 10 }, (_, row) => row),
  classNames: Array.from({ length: 10 }, (_, row) => String(row)),
});

describe('batches', () => {
  test('an epoch is every row once, its features beside its label', () => {
    const seen: number[] = [];
    for (const { features, labels, rows } of batches(ten, 4, 0)) {
      expect(features).toHaveLength(rows * 2);
      labels.forEach((label, row) => expect([features[2 * row], features[2 * row + 1]]).toEqual([label * 20, label * 20 + 10]));
      seen.push(...labels);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('the last batch has what is left, or is left out', () => {
    expect([...batches(ten, 4, 0)].map((batch) => batch.rows)).toEqual([4, 4, 2]);
    expect([...batches(ten, 4, 0, { partial: false })].map((batch) => batch.rows)).toEqual([4, 4]);
    expect([...batches(ten, 5, 0, { partial: false })].map((batch) => batch.rows)).toEqual([5, 5]);
  });

  test('the same seed gives the same batches, another seed and another epoch others', () => {
    const labels = (seed: number, epochs = 1): string[] => [...batches(ten, 10, seed, { epochs })].map((batch) => batch.labels.join());
    expect(labels(7)).toEqual(labels(7));
    expect(labels(7)).not.toEqual(labels(8));
    const [first, second] = labels(7, 2);
    expect(first).toBe(labels(7)[0]);
    expect(second).not.toBe(first);
  });

  test('whoever leaves out the first batches gets the rest of them, in whatever epoch that is', () => {
    for (const partial of [true, false]) {
      const all = [...batches(ten, 4, 7, { epochs: 3, partial })];
      for (let skip = 0; skip <= all.length; skip++) expect([...batches(ten, 4, 7, { epochs: 3, partial, skip })]).toEqual(all.slice(skip));
    }
    expect(() => batches(ten, 4, 7, { skip: -1 }).next()).toThrow('skip -1 is not a whole number ≥ 0');
  });

  test('the numbers to predict stay beside their rows', () => {
    const numbers = { ...ten, targets: Float64Array.from(ten.labels, (label) => label / 3) };
    for (const { labels, targets } of batches(numbers, 4, 1)) expect([...targets!]).toEqual(Array.from(labels, (label) => label / 3));
    expect(batches(ten, 4, 1).next().value).not.toHaveProperty('targets');
  });

  test('features are scaled by one number, or by one a feature', () => {
    const at = (options: Parameters<typeof batches>[3]): number[] => {
      const [batch] = batches(ten, 10, 0, options);
      const row = batch!.labels.indexOf(3);
      return [...batch!.features.subarray(2 * row, 2 * row + 2)];
    };
    expect(at({ scale: 0.5 })).toEqual([30, 35]);
    expect(at({ scale: [1, 2], offset: [-60, 1] })).toEqual([0, 141]);
    expect(() => at({ scale: [1, 2, 3] })).toThrow('scale has 3 values; a row has 2 features');
  });

  test('only the batch at hand is floats', () => {
    const [rows, width] = [20_000, 784];
    const classNames = ['0'];
    const large = createDataset({
      name: 'large',
      rows,
      shape: [width],
      features: new Uint8Array(rows * width),
      labels: new Uint8Array(rows),
      classNames,
    });
    const before = process.memoryUsage().arrayBuffers;
    const running = batches(large, 100, 0, { scale: 1 / 255 });
    for (let batch = 0; batch < 5; batch++) running.next();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8e6); // as floats, all would be 63 MB
    expect(large.features).toBeInstanceOf(Uint8Array);
  });

  test('a size that cannot be is refused', () => {
    expect(() => batches(ten, 0, 0).next()).toThrow('batch size 0 is not a whole number ≥ 1');
    expect(() => batches(ten, 11, 0, { partial: false }).next()).toThrow('batch size 11 is more than the 10 rows of dataset "ten"');
  });
});
