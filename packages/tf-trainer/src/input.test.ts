import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches, createDataset } from '@switchyard/dataset';
import { inputOf } from './input.ts';

const parts = { name: 'data', classNames: ['a', 'b'], rows: 3, labels: Uint8Array.of(0, 1, 0) };

test('pixels are seen as clients send them, 0..1, and nothing is to be scaled', async () => {
  const pixels = createDataset({ ...parts, shape: [1], features: Uint8Array.of(0, 51, 255), domain: { min: 0, max: 255 } });
  expect(await inputOf(pixels)).toEqual({ scale: 1 / 255, offset: 0 });
});

test('each byte of a pixel becomes the very float32 that a client makes of it by dividing by 255', async () => {
  const features = Uint8Array.from({ length: 256 }, (_, value) => value);
  const data = createDataset({ ...parts, rows: 256, shape: [1], features, labels: new Uint8Array(256), domain: { min: 0, max: 255 } });
  const { scale, offset } = await inputOf(data);
  const seen = [...batches(data, 256, 0, { scale, offset })].flatMap((batch) => [...batch.features]).toSorted((a, b) => a - b);
  expect(seen).toEqual(Array.from(features, (value) => Math.fround(value / 255)));
});

test('a domain that does not begin at 0 is moved to 0..1 as well', async () => {
  const data = createDataset({ ...parts, shape: [1], features: Float32Array.of(-1, 0, 1), domain: { min: -1, max: 1 } });
  expect(await inputOf(data)).toEqual({ scale: 0.5, offset: 0.5 });
});

test('columns of any numbers get mean 0 and deviation 1, and a constant one becomes 0', async () => {
  const column = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(column, fc.double({ min: -1e6, max: 1e6, noNaN: true }), async (values, constant) => {
      const features = Float64Array.from(values.flatMap((value) => [value, constant]));
      const { scale, offset, scaling } = await inputOf(createDataset({ ...parts, shape: [2], features }));
      expect(scaling).toEqual({ scale, offset });
      const scaled = values.map((value) => value * (scale as number[])[0]! + (offset as number[])[0]!);
      const spread = Math.max(...values) - Math.min(...values);
      if (spread < 1e-3) return; // rounding is all there is
      const mean = scaled.reduce((sum, value) => sum + value) / 3;
      expect(mean).toBeCloseTo(0, 4);
      expect(scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3).toBeCloseTo(1, 4);
      expect(constant * (scale as number[])[1]! + (offset as number[])[1]!).toBeCloseTo(0, 6);
    }),
  );
});
