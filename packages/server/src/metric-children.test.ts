import * as fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { counter, histogram } from './metric-children.ts';

const labelNames = ['service', 'code'];
const buckets = [0.1, 1, 10];
const fixed = { unit: 'a "quoted" one' };
const label = fc.constantFrom('a', 'b', 'new\nline', '');

test('whatever is observed, the page is the one that prom-client’s own children make', async () => {
  const observation = fc.record({ service: label, code: label, value: fc.constantFrom(0, 0.1, 0.5, 1, 9, 10, 11, 1e6) });
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const count = counter(ours, { name: 'seen_total', help: 'Seen.', fixed, labelNames });
      const took = histogram(ours, { name: 'took', help: 'Took.', fixed, labelNames, buckets });
      const options = { labelNames: ['unit', ...labelNames], registers: [theirs] };
      const counted = new Counter({ name: 'seen_total', help: 'Seen.', ...options });
      const taken = new Histogram({ name: 'took', help: 'Took.', buckets, ...options });
      for (const { service, code, value } of observations) {
        count(service, code).inc(value);
        took(service, code).observe(value);
        counted.labels(fixed.unit, service, code).inc(value);
        taken.labels(fixed.unit, service, code).observe(value);
      }
      expect(await ours.metrics()).toBe(await theirs.metrics());
    }),
  );
});

test('a child is made once, and counts by one where nothing else is said', async () => {
  const registry = new Registry();
  const count = counter(registry, { name: 'seen_total', help: 'Seen.', labelNames: ['code'] });
  count('200').inc();
  count('200').inc();
  expect(count('200')).toBe(count('200'));
  expect(await registry.metrics()).toContain('seen_total{code="200"} 2');
});
