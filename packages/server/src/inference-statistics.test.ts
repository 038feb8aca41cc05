import { expect, test } from 'vitest';
import { someRow, width } from './fixtures/linear.ts';
import { callOf, linearPredictor } from './fixtures/serving.ts';
import { countInferences, rowsOfMessage } from './inference-statistics.ts';
import type { Predictor } from './predictor.ts';

const rows = (count: number, columns = width) =>
  callOf({
    kind: 'tensors',
    tensors: [{ name: '', datatype: 'FP64', shape: [count, columns], data: new Float64Array(count * columns).fill(someRow[1] as number) }],
  });

test('rows, requests and failures are counted, with their time', async () => {
  const { predictor, statistics } = countInferences(linearPredictor(), rowsOfMessage);
  expect(statistics()).toEqual([]);
  await predictor.predict(rows(2));
  await predictor.predict(rows(3));
  await expect(predictor.predict(rows(1, 1))).rejects.toThrow();
  const [counted, ...others] = statistics();
  expect(others).toEqual([]);
  expect(counted).toMatchObject({ name: 'lines', version: '3', inferences: 5, executions: 2, success: { count: 2 }, fail: { count: 1 } });
  expect(counted!.success.nanoseconds).toBeGreaterThan(0);
  expect(Date.now() - counted!.lastInference).toBeLessThan(60_000);
});

test('the last two versions are kept apart', async () => {
  const inner = linearPredictor();
  let version = '1';
  const versioned: Predictor = { ...inner, predict: async (call) => ({ ...(await inner.predict(call)), version }) };
  const { predictor, statistics } = countInferences(versioned, () => 1);
  for (version of ['1', '2', '3', '2']) await predictor.predict(rows(1));
  expect(statistics().map(({ version, inferences }) => [version, inferences])).toEqual([
    ['2', 2],
    ['3', 1],
  ]);
});
