import { Registry } from 'prom-client';
import { quantileValues } from '../metric-children.ts';
import { type Seen, together } from '../recent-values.ts';

type Labels = Readonly<Record<string, string>>;
type Value = {
  readonly value: number;
  readonly metricName?: string;
  readonly labels?: Labels;
  readonly sharedLabels?: Labels;
  readonly recent?: Seen;
};

/** A metric with its values, as `registry.getMetricsAsJSON` gives it. */
export type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** What several processes' values make together: `sum` unless it says otherwise. */
  readonly aggregator?: string;
  readonly values: readonly Value[];
};

const merges: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  first: ([first]) => first as number,
};

/** The metrics of several processes as the text of one: each series once, its values put together as its metric says. */
export async function mergeMetrics(processes: readonly (readonly Family[])[]): Promise<string> {
  const families = new Map<string, { readonly first: Family; readonly series: Map<string, Value[]> }>();
  for (const family of processes.flat()) {
    if (family.aggregator === 'omit') continue;
    let found = families.get(family.name);
    if (!found) families.set(family.name, (found = { first: family, series: new Map() }));
    for (const value of family.values) {
      const labels = { ...value.sharedLabels, ...value.labels };
      if (family.type === 'summary' && 'quantile' in labels) continue; // made anew of what all have seen
      const key = JSON.stringify([value.metricName, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
      const known = found.series.get(key);
      if (known) known.push(value);
      else found.series.set(key, [value]);
    }
  }
  const registry = new Registry();
  for (const { first, series } of families.values()) {
    const merge = merges[first.aggregator ?? 'sum'] ?? merges['sum']!;
    const values = [...series.values()].flatMap((all) => [
      ...quantilesOf(first.name, all),
      { ...(all[0] as Value), value: merge(all.map(({ value }) => value)) },
    ]);
    registry.registerMetric({ name: first.name, get: async () => ({ ...first, values }) } as never);
  }
  return registry.metrics();
}

function quantilesOf(name: string, counts: readonly Value[]): readonly Value[] {
  const seen = counts.flatMap(({ recent }) => (recent ? [recent] : []));
  return seen.length === 0 ? [] : quantileValues(name, together(seen), counts[0]?.sharedLabels ?? {});
}
