import type { ModelStatistics } from '@switchyard/protocol';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { exposeAdmission, exposeStatistics } from './exposed-figures.ts';
import { createAdmission } from './work.ts';

const duration = (count: number, milliseconds: number) => ({ count, nanoseconds: milliseconds * 1e6 });
const model: ModelStatistics = {
  name: 'm',
  version: '3',
  lastInference: 0,
  inferences: 40,
  executions: 4,
  success: duration(10, 20),
  fail: duration(1, 2),
  parts: { queue: duration(10, 3), input: duration(10, 1), infer: duration(10, 14), output: duration(10, 2) },
};

const figures = async (registry: Registry): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await registry.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/ (?=\S+$)/))
      .map(([series, value]) => [series!, Number(value)]),
  );

test('statistics are counters under Triton’s names, in microseconds', async () => {
  const registry = new Registry();
  exposeStatistics(registry, () => [model]);
  const labels = '{model="m",version="3"}';
  expect(await figures(registry)).toEqual({
    [`nv_inference_request_success${labels}`]: 10,
    [`nv_inference_request_failure${labels}`]: 1,
    [`nv_inference_count${labels}`]: 40,
    [`nv_inference_exec_count${labels}`]: 4,
    [`nv_inference_request_duration_us${labels}`]: 20_000,
    [`nv_inference_queue_duration_us${labels}`]: 3000,
    [`nv_inference_compute_input_duration_us${labels}`]: 1000,
    [`nv_inference_compute_infer_duration_us${labels}`]: 14_000,
    [`nv_inference_compute_output_duration_us${labels}`]: 2000,
  });
  expect(await registry.metrics()).toContain('# TYPE nv_inference_count counter');
});

test('of a graph, all of the time is said to be the model’s, as its statistics say', async () => {
  const registry = new Registry();
  const { parts: _, ...graph } = model;
  exposeStatistics(registry, () => [{ ...graph, version: '' }]);
  const told = await figures(registry);
  expect(told['nv_inference_compute_infer_duration_us{model="m",version=""}']).toBe(20_000);
  expect(told['nv_inference_queue_duration_us{model="m",version=""}']).toBe(0);
});

test('what is under way is told of while it is', async () => {
  const registry = new Registry();
  const admission = createAdmission({ maxConcurrent: 4, maxPendingBytes: 1000, requestTimeoutMs: 1000 });
  exposeAdmission(registry, admission);
  const work = admission.begin();
  admission.begin().done();
  work.charge(70);
  expect(await figures(registry)).toEqual({ switchyard_requests_in_flight: 1, switchyard_pending_bytes: 70 });
  work.done();
  expect(await figures(registry)).toEqual({ switchyard_requests_in_flight: 0, switchyard_pending_bytes: 0 });
});
