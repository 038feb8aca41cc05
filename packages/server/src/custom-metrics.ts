import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Metric } from '@switchyard/protocol';

// As Seldon's wrapper has them: 50 from 1 ms to 30 s, evenly spaced by their logarithm.
const timerBuckets = Array.from({ length: 50 }, (_, index) => 0.001 * 30_000 ** (index / 49));

type Recorder = { readonly type: Metric['type']; readonly tagNames: string; record(tags: readonly string[], value: number): void };

/**
 * Exports what models report: COUNTER adds, GAUGE sets, TIMER (milliseconds) fills a histogram of seconds. A metric's type and tag names
 * are those of its first report; a later report that differs is dropped, as Prometheus cannot hold both.
 */
export function customMetrics(registry: Registry, own: { labels: readonly string[]; values: readonly string[] }) {
  const recorders = new Map<string, Recorder | undefined>();
  return (metrics: readonly Metric[]): void => {
    for (const metric of metrics) {
      const tags = Object.entries(metric.tags ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const tagNames = tags.map(([name]) => label(name));
      if (!recorders.has(metric.key)) recorders.set(metric.key, recorder(registry, metric, [...own.labels, ...tagNames], tagNames.join()));
      const found = recorders.get(metric.key);
      if (found?.type !== metric.type || found.tagNames !== tagNames.join() || !Number.isFinite(metric.value)) continue;
      if (metric.type !== 'GAUGE' && metric.value < 0) continue;
      found.record([...own.values, ...tags.map(([, value]) => String(value))], metric.value);
    }
  };
}

function recorder(registry: Registry, metric: Metric, labelNames: string[], tagNames: string): Recorder | undefined {
  const name = metric.key.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=[0-9])/, '_');
  const clash = registry.getSingleMetric(name) !== undefined || new Set(labelNames).size < labelNames.length;
  if (clash || name === '') return undefined;
  const options = { name, help: 'Reported by the model.', labelNames, registers: [registry] };
  switch (metric.type) {
    case 'COUNTER': {
      const counter = new Counter(options);
      return { type: metric.type, tagNames, record: (labels, value) => counter.labels(...labels).inc(value) };
    }
    case 'GAUGE': {
      const gauge = new Gauge(options);
      return { type: metric.type, tagNames, record: (labels, value) => gauge.labels(...labels).set(value) };
    }
    case 'TIMER': {
      const timer = new Histogram({ ...options, buckets: timerBuckets });
      return { type: metric.type, tagNames, record: (labels, value) => timer.labels(...labels).observe(value / 1000) };
    }
  }
}

const label = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
