import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../testing/folder.ts';
import { newFeatures, type StoredType } from './feature-file.ts';
import { featureWriter } from './feature-writer.ts';

const write = async (values: Iterable<number>, wide: 'f4' | 'f8', atLeast?: StoredType) => {
  const path = join(await folderOf({}), 'features');
  const file = openSync(path, 'wx+');
  const writer = featureWriter(file, wide, atLeast);
  for (const value of values) writer.add(value);
  const { type, count } = writer.finish();
  closeSync(file);
  const bytes = new Uint8Array(readFileSync(path));
  const Features = newFeatures(type, 0).constructor as new (buffer: ArrayBuffer) => ArrayLike<number>;
  return { type, count, values: new Features(bytes.buffer) };
};

test('numbers are bytes as long as all fit, and wide from the first on as soon as one does not, however late it comes', async () => {
  const bytes = Array.from({ length: 700_000 }, (_, at) => (at * 7) & 255); // more than two pieces
  expect(await write(bytes, 'f8')).toMatchObject({ type: 'u1', count: 700_000, values: Uint8Array.from(bytes) });
  for (const [at, last] of [
    [0, 0.1],
    [5, -1],
    [262_144, 256],
    [600_001, 1e300],
    [699_999, 0.25],
  ] as const) {
    const numbers = bytes.with(at, last);
    const { type, values } = await write(numbers, 'f8');
    expect(type).toBe('f8');
    expect(Buffer.compare(Buffer.from((values as Float64Array).buffer), Buffer.from(Float64Array.from(numbers).buffer))).toBe(0);
  }
  const floats = await write(bytes.with(300_000, 0.5), 'f4');
  expect([floats.type, floats.values[300_000], floats.values[299_999]]).toEqual(['f4', 0.5, bytes[299_999]]);
});

test('they are at least as wide as is wanted', async () => {
  expect(await write([1, 2, 3], 'f8', 'f8')).toMatchObject({ type: 'f8', values: Float64Array.of(1, 2, 3) });
  expect(await write([], 'f8')).toMatchObject({ type: 'u1', count: 0 });
});
