import { expect, test } from 'vitest';
import { someRow, width } from './fixtures/linear.ts';
import { callOf, linearPredictor } from './fixtures/serving.ts';
import { countInferences, rowsOfMessage } from './inference-statistics.ts';
import { readIdentity } from './identity.ts';
import { createMetrics } from './metrics.ts';
import type { Predictor } from './predictor.ts';

const metrics = createMetrics(readIdentity({}, {}));

const rows = (count: number, columns = width) =>
  callOf({
    kind: 'tensors',
    tensors: [{ name: '', datatype: 'FP64', shape: [count, columns], data: new Float64Array(count * columns).fill(someRow[1] as number) }],
  });

test('rows, requests and failures are counted, with their time', async () => {
  const { predictor, statistics } = countInferences(linearPredictor(), { rowsOf: rowsOfMessage, metrics });
  expect(statistics()).toEqual([]);
  await predictor.predict(rows(2));
  await predictor.predict(rows(3));
  expect(() => predictor.predict(rows(1, 1))).toThrow();
  const [counted, ...others] = statistics();
  expect(others).toEqual([]);
  expect(counted).toMatchObject({ name: 'lines', version: '3', inferences: 5, executions: 2, success: { count: 2 }, fail: { count: 1 } });
  expect(counted!.success.nanoseconds).toBeGreaterThan(0);
  const { queue, input, infer, output } = counted!.parts!;
  expect([queue, input, infer, output].map(({ count }) => count)).toEqual([2, 2, 2, 2]);
  const sum = [queue, input, infer, output].reduce((total, { nanoseconds }) => total + nanoseconds, 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual(counted!.success.nanoseconds);
  expect(Date.now() - counted!.lastInference).toBeLessThan(60_000);
});

test('the last two versions are kept apart', async () => {
  const inner = linearPredictor();
  let version = '1';
  const versioned: Predictor = { ...inner, predict: async (call) => ({ ...(await inner.predict(call)), version }) };
  const { predictor, statistics } = countInferences(versioned, { rowsOf: () => 1, metrics });
  for (version of ['1', '2', '3', '2']) await predictor.predict(rows(1));
  expect(statistics().map(({ version, inferences }) => [version, inferences])).toEqual([
    ['2', 2],
    ['3', 1],
  ]);
});
