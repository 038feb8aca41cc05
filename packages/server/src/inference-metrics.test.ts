import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { inferenceMetrics } from './inference-metrics.ts';

const figure = (page: string, series: string): string | undefined =>
  page
    .split('\n')
    .find((line) => line.startsWith(`${series} `))
    ?.slice(series.length + 1);

test('an inference is a histogram of the whole and of its parts, by model and version', async () => {
  const registry = new Registry();
  const figures = inferenceMetrics(registry)('m', '3');
  figures.answered(4, { input: 0.5, queue: 1, infer: 2, output: 0.25 });
  figures.answered(6, { input: 0.5, queue: 0, infer: 5, output: 0.25 });
  const page = await registry.metrics();
  const labels = '{model="m",version="3"}';
  const kserve = '{model_name="m",model_version="3"}';
  const sums = [
    `model_infer_request_duration_sum${labels}`,
    `request_preprocess_seconds_sum${kserve}`,
    `switchyard_inference_queue_seconds_sum${labels}`,
    `request_predict_seconds_sum${kserve}`,
    `request_postprocess_seconds_sum${kserve}`,
  ].map((series) => figure(page, series));
  expect(sums).toEqual(['0.01', '0.001', '0.001', '0.007', '0.0005']);
  expect(figure(page, 'model_infer_request_duration_bucket{le="0.005",model="m",version="3"}')).toBe('1');
  expect(figure(page, 'model_infer_request_duration_bucket{le="0.01",model="m",version="3"}')).toBe('2');
});

test('of a graph there are no parts, and of what does not batch no rows', async () => {
  const registry = new Registry();
  inferenceMetrics(registry)('graph', '').answered(4, undefined);
  const page = await registry.metrics();
  expect(figure(page, 'model_infer_request_duration_count{model="graph",version=""}')).toBe('1');
  expect(page).not.toMatch(/^(?:request_|switchyard_)/m);
});

test('a call counts by its rows', async () => {
  const registry = new Registry();
  const { called } = inferenceMetrics(registry)('m', '3');
  for (const rows of [1, 12, 16]) called(rows);
  const page = await registry.metrics();
  expect(figure(page, 'switchyard_batch_rows_bucket{le="8",model="m",version="3"}')).toBe('1');
  expect(figure(page, 'switchyard_batch_rows_bucket{le="16",model="m",version="3"}')).toBe('3');
  expect(figure(page, 'switchyard_batch_rows_sum{model="m",version="3"}')).toBe('29');
});

test('however many versions come and go, the last four are told of', async () => {
  const registry = new Registry();
  const find = inferenceMetrics(registry);
  for (let version = 1; version <= 100; version++) find('m', String(version)).answered(1, undefined);
  find('m', '99').answered(1, undefined);
  const counts = [...(await registry.metrics()).matchAll(/_duration_count\{model="m",version="(\d+)"\} (\d+)/g)];
  expect(counts.map(([, version, count]) => [version, count])).toEqual([
    ['97', '1'],
    ['98', '1'],
    ['99', '2'],
    ['100', '1'],
  ]);
});
