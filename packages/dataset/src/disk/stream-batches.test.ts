import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../batches.ts';
import { shuffledOrder } from '../order.ts';
import { numberedRows } from '../testing/on-disk.ts';
import { streamBatches, sweepBatches } from './stream-batches.ts';

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

const labelsOf = (batches: readonly Batch[]): number[] => batches.flatMap(({ labels }) => [...labels]);
const sorted = (numbers: Iterable<number>): number[] => [...numbers].toSorted((a, b) => a - b);
const small = 2 * (2 + 12) * 10; // two windows of ten rows

describe('streamBatches', () => {
  test('an epoch is every row once, its features beside its label, however little memory there is', async () => {
    for (const rows of [1, 9, 10, 11, 200]) {
      const dataset = await numberedRows(rows);
      for (const shuffleBytes of [28, small, 1000, 1e6]) {
        const all = await collect(streamBatches(dataset, 7, 3, { shuffleBytes, epochs: 2, scale: 0.5 }));
        expect(all.map((batch) => batch.rows)).toEqual(
          [0, 1].flatMap(() => Array.from({ length: Math.ceil(rows / 7) }, (_, at) => Math.min(7, rows - 7 * at))),
        );
        for (const { labels, features } of all)
          labels.forEach((label, row) =>
            expect([features[2 * row], features[2 * row + 1]]).toEqual([((label + 1) & 255) / 2, ((label + 2) & 255) / 2]),
          );
        const seen = labelsOf(all);
        for (const epoch of [seen.slice(0, rows), seen.slice(rows)]) expect(sorted(epoch)).toEqual(sorted(dataset.order));
      }
    }
  });

  test('only rows of the dataset come, whatever their order', async () => {
    const order = shuffledOrder(300, 1).slice(0, 120);
    const seen = labelsOf(await collect(streamBatches(await numberedRows(300, order), 50, 0, { shuffleBytes: small })));
    expect(sorted(seen)).toEqual(sorted(order));
  });

  test('whoever leaves out the first batches gets the rest of them, in whatever epoch and window that is', async () => {
    const dataset = await numberedRows(53);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 53 }),
        fc.nat(40),
        fc.boolean(),
        fc.integer({ min: 28, max: 2000 }),
        async (size, skip, partial, shuffleBytes) => {
          const options = { epochs: 3, partial, shuffleBytes };
          const all = await collect(streamBatches(dataset, size, 7, options));
          expect(await collect(streamBatches(dataset, size, 7, { ...options, skip }))).toEqual(all.slice(skip));
        },
      ),
    );
  });

  test('the same seed gives the same batches; another seed, epoch or memory others', async () => {
    const dataset = await numberedRows(200);
    const run = async (seed: number, shuffleBytes = small): Promise<string[]> =>
      (await collect(streamBatches(dataset, 200, seed, { shuffleBytes, epochs: 2 }))).map(({ labels }) => labels.join());
    expect(await run(7)).toEqual(await run(7));
    expect(new Set([...(await run(7)), ...(await run(8)), ...(await run(7, 2 * small))]).size).toBe(6);
  });

  test('rows that lie in the order of their classes come mixed: each window has blocks from everywhere', async () => {
    const rows = 6400;
    const dataset = await numberedRows(rows);
    const [first] = await collect(streamBatches(dataset, 640, 0, { shuffleBytes: 2 * 14 * 640 }));
    const tenths = new Set(Array.from(first!.labels, (label) => Math.floor((10 * label) / rows)));
    expect(tenths.size).toBe(10);
    const close = Array.from(first!.labels).filter((label, at) => at > 0 && Math.abs(label - first!.labels[at - 1]!) <= 10);
    expect(close.length).toBeLessThan(640 * 0.05); // blocks of ten rows are broken up
  });

  test('whoever stops in the middle leaves no read behind', async () => {
    const dataset = await numberedRows(1000);
    for await (const _ of streamBatches(dataset, 5, 0, { shuffleBytes: 5000, epochs: Infinity })) break;
    await dataset.matrix.close();
    await expect(collect(streamBatches(dataset, 5, 0, { shuffleBytes: 5000 }))).rejects.toThrow(); // closed, and heard of where it is asked for
  });

  test('numbers to predict stay beside their rows', async () => {
    const plain = await numberedRows(40);
    const dataset = { ...plain, targets: Float64Array.from(plain.labels, (label) => label / 3) };
    for (const batches of [streamBatches(dataset, 6, 1, { shuffleBytes: small }), sweepBatches(dataset, 6)])
      for await (const { labels, targets } of batches) expect([...targets!]).toEqual(Array.from(labels, (label) => label / 3));
  });

  test('memory that holds no row is refused, as are other sizes that cannot be', async () => {
    const dataset = await numberedRows(10);
    await expect(collect(streamBatches(dataset, 5, 0, { shuffleBytes: 27 }))).rejects.toThrow(
      'numbered: two rows of 14 bytes do not fit into 27 bytes to shuffle in',
    );
    await expect(collect(streamBatches(dataset, 0, 0, { shuffleBytes: 99 }))).rejects.toThrow('batch size 0 is not a whole number ≥ 1');
    await expect(collect(streamBatches(dataset, 5, 0, { shuffleBytes: 99, scale: [1] }))).rejects.toThrow(
      'scale has 1 values; a row has 2 features',
    );
  });
});

test('a sweep is every row in order, close to each other or far', async () => {
  for (const order of [
    Uint32Array.of(0, 1, 2),
    shuffledOrder(2000, 4),
    shuffledOrder(2000, 4).slice(0, 900).toSorted(),
    Uint32Array.of(1999, 3, 4, 1000),
  ]) {
    const batches = await collect(sweepBatches(await numberedRows(2000, order), 300, { offset: 1 }));
    expect(labelsOf(batches)).toEqual([...order]);
    expect(batches.flatMap(({ features }) => Array.from(features.filter((_, at) => at % 2 === 0)))).toEqual(
      Array.from(order, (row) => ((row + 1) & 255) + 1),
    );
  }
});
