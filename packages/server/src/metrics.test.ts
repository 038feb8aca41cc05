import { expect, test } from 'vitest';
import { readIdentity } from './identity.ts';
import { createMetrics } from './metrics.ts';

const identity = readIdentity({ deploymentName: 'd', predictorName: 'p', predictorVersion: 'v', modelName: 'm', modelImage: 'i:1' }, {});
const unit = { modelName: 'm', modelImage: 'i:1', modelVersion: '1' };
const lines = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

test('the requests of the server and to its units are histograms and summaries under the names and labels of Seldon’s executor', async () => {
  const metrics = createMetrics(identity);
  metrics.observeServer('predictions', 'post', '200', 0.003);
  metrics.observeClient(unit, '/predict', 'post', '200', 0.06);
  expect(await lines(metrics, 'seldon_api_executor_server_requests_seconds_count')).toEqual([
    'seldon_api_executor_server_requests_seconds_count{deployment_name="d",predictor_name="p",predictor_version="v",service="predictions",method="post",code="200"} 1',
  ]);
  const client =
    'deployment_name="d",predictor_name="p",predictor_version="v",model_name="m",model_image="i:1",model_version="1",service="/predict",method="post",code="200"';
  expect(await lines(metrics, 'seldon_api_executor_client_requests_seconds_count')).toEqual([
    `seldon_api_executor_client_requests_seconds_count{${client}} 1`,
  ]);
  const quantiles = await lines(metrics, 'seldon_api_executor_client_requests_seconds_summary{');
  expect(quantiles.map((line) => /quantile="([^"]*)"/.exec(line)?.[1])).toEqual(['0.5', '0.75', '0.9', '0.98', '0.99', '1']);
  expect(quantiles[0]).toContain(client);
  expect(await lines(metrics, 'seldon_api_executor_client_requests_seconds_summary_count')).toEqual([
    `seldon_api_executor_client_requests_seconds_summary_count{${client}} 1`,
  ]);
  const buckets = await lines(metrics, 'seldon_api_executor_client_requests_seconds_bucket');
  expect(buckets).toHaveLength(15);
  expect(buckets).toContain(`seldon_api_executor_client_requests_seconds_bucket{le="0.075",${client}} 1`);
});

test('a reward of 0 counts as a feedback', async () => {
  const metrics = createMetrics(identity);
  for (const reward of [0, 1, 0.5]) metrics.countFeedback(unit, reward);
  expect((await lines(metrics, 'seldon_api_model_feedback_total{'))[0]).toMatch(/model_name="m".* 3$/);
  expect((await lines(metrics, 'seldon_api_model_feedback_reward_total{'))[0]).toMatch(/ 1\.5$/);
});

test('inferences are counted by their end', async () => {
  const metrics = createMetrics(identity);
  metrics.countInference('m', '3', true);
  metrics.countInference('m', '', false);
  expect(await lines(metrics, 'model_infer_request_success_total{')).toEqual([
    'model_infer_request_success_total{model="m",version="3"} 1',
  ]);
  expect(await lines(metrics, 'model_infer_request_failure_total{')).toEqual(['model_infer_request_failure_total{model="m",version=""} 1']);
});

test('what a model reports is exported: counters add, gauges set, timers are histograms of seconds', async () => {
  const metrics = createMetrics(identity);
  metrics.recordCustom([
    { key: 'seen', type: 'COUNTER', value: 2 },
    { key: 'seen', type: 'COUNTER', value: 3 },
    { key: 'temperature', type: 'GAUGE', value: 4 },
    { key: 'temperature', type: 'GAUGE', value: 1.5 },
    { key: 'took', type: 'TIMER', value: 20, tags: { step: 'load' } },
  ]);
  expect((await lines(metrics, 'seen{'))[0]).toMatch(/model_name="m".* 5$/);
  expect((await lines(metrics, 'temperature{'))[0]).toMatch(/ 1\.5$/);
  expect((await lines(metrics, 'temperature{'))[0]).toContain(
    'deployment_name="d",predictor_name="p",predictor_version="v",model_name="m",model_image="i",model_version="1",' +
      'method="predict",worker_id="0",seldon_deployment_name="d",image_name="i",image_version="1"',
  );
  expect((await lines(metrics, 'took_sum{'))[0]).toMatch(/step="load".* 0\.02$/);
  expect(await lines(metrics, 'took_bucket{')).toHaveLength(51);
});

test('a report that Prometheus cannot hold is dropped, and harms nothing else', async () => {
  const metrics = createMetrics(identity);
  metrics.recordCustom([
    { key: 'a', type: 'COUNTER', value: 1 },
    { key: 'a', type: 'GAUGE', value: 9 },
    { key: 'a', type: 'COUNTER', value: 9, tags: { other: 'tag' } },
    { key: 'a', type: 'COUNTER', value: -1 },
    { key: 'b', type: 'GAUGE', value: Number.NaN },
    { key: 'seldon_api_model_feedback_total', type: 'COUNTER', value: 9 },
    { key: '9 odd-name', type: 'COUNTER', value: 1, tags: { 'odd tag': 'x' } },
  ]);
  expect((await lines(metrics, 'a{'))[0]).toMatch(/ 1$/);
  expect(await lines(metrics, 'b{')).toEqual([]);
  expect((await lines(metrics, '_9_odd_name{'))[0]).toMatch(/odd_tag="x".* 1$/);
});
