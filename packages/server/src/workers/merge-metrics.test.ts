import { Counter, Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { counter, histogram, timings } from '../metric-children.ts';
import { type Family, mergeMetrics } from './merge-metrics.ts';

/** The metrics of a process that answered so many requests, as they come over a channel. */
async function process(requests: number): Promise<readonly Family[]> {
  const registry = new Registry();
  const answered = counter(registry, { name: 'answered_total', help: 'Answered.', fixed: { model: 'm' }, labelNames: ['code'] });
  const seconds = histogram(registry, { name: 'seconds', help: 'Seconds.', fixed: { model: 'm' }, labelNames: ['path'], buckets: [1, 2] });
  for (let request = 1; request <= requests; request++) {
    answered('200').inc();
    seconds('/a').observe(request);
    seconds('/b').observe(request);
  }
  if (requests > 1) answered('500').inc();
  new Gauge({ name: 'lag', help: 'Lag.', registers: [registry], aggregator: 'average' }).set(requests);
  new Gauge({ name: 'start', help: 'Start.', registers: [registry], aggregator: 'omit' }).set(requests);
  new Counter({ name: 'cpu_total', help: 'CPU.', registers: [registry] }).inc(0.5);
  return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as Family[];
}

test('what processes counted is added, each series by itself', async () => {
  const text = await mergeMetrics([await process(1), await process(3)]);
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'answered_total{model="m",code="200"} 4',
    'answered_total{model="m",code="500"} 1',
    ...['/a', '/b'].flatMap((path) => [
      `seconds_bucket{le="1",model="m",path="${path}"} 2`,
      `seconds_bucket{le="2",model="m",path="${path}"} 3`,
      `seconds_bucket{le="+Inf",model="m",path="${path}"} 4`,
      `seconds_sum{model="m",path="${path}"} 7`,
      `seconds_count{model="m",path="${path}"} 4`,
    ]),
    'lag 2',
    'cpu_total 1',
  ]);
  expect(text).toContain('# TYPE seconds histogram');
});

test('quantiles are of what all processes have seen', async () => {
  const seen = async (...values: number[]) => {
    const registry = new Registry();
    const observed = timings(registry, { name: 'took', help: 'Took.', fixed: { model: 'm' }, labelNames: ['path'], buckets: [1] })('/a');
    for (const value of values) observed.observe(value);
    return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as Family[];
  };
  const text = await mergeMetrics([await seen(1, 1, 1), await seen(8), await seen()]);
  const figures = text.matchAll(/^took_summary(.*),?model="m",path="\/a"} (.*)$/gm);
  expect(Object.fromEntries([...figures].map(([, series, value]) => [series, Math.round(Number(value))]))).toEqual({
    '{quantile="0.5",': 1,
    '{quantile="0.75",': 1,
    '{quantile="0.9",': 8,
    '{quantile="0.98",': 8,
    '{quantile="0.99",': 8,
    '{quantile="1",': 8,
    '_sum{': 11,
    '_count{': 4,
  });
  expect(text).toContain('# TYPE took_summary summary');
});
