import type { Metric, Registry } from 'prom-client';
import { quantileOf, RecentValues, type Seen } from './recent-values.ts';

export type Family = {
  readonly name: string;
  readonly help: string;
  /** Labels that are the same in all children. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly labelNames: readonly string[];
  /** Children that are kept: of what comes and goes, such as versions, those that were made last. Default: all. */
  readonly most?: number;
};

export type CounterChild = { inc(by?: number): void };
export type HistogramChild = { observe(value: number): void };

type Labels = Readonly<Record<string, string>>;
export type Value = {
  readonly value: number;
  readonly metricName?: string;
  readonly labels: Labels;
  readonly sharedLabels?: Labels;
  /** Of a summary's count: what its quantiles are of, so that those of several processes can be told. */
  readonly recent?: Seen;
};
type Child = { values(): Value[] };

/**
 * Counters and histograms whose children are figures and nothing more. prom-client looks a child up anew at each observation, by a key made of
 * all its labels, and checks the labels again: microseconds a request. Here the registry asks for the figures when it is scraped.
 *
 * @example
 *     const answered = counter(registry, { name: 'answered_total', help: 'Requests answered.', labelNames: ['code'] });
 *     answered('200').inc();
 */
export function counter(registry: Registry, family: Family): (...values: readonly string[]) => CounterChild {
  return register(registry, family, 'counter', (labels): CounterChild & Child => {
    let value = 0;
    return {
      inc: (by = 1) => void (value += by),
      values: () => [{ value, labels }],
    };
  });
}

/** @param family Its `buckets` are upper bounds, ascending, that with no bound apart. */
export function histogram(
  registry: Registry,
  family: Family & { readonly buckets: readonly number[] },
): (...values: readonly string[]) => HistogramChild {
  const { name, buckets } = family;
  return register(registry, family, 'histogram', (sharedLabels): HistogramChild & Child => {
    const counts = new Float64Array(buckets.length + 1);
    let sum = 0;
    return {
      observe(value) {
        let bucket = 0;
        while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket++;
        counts[bucket] = (counts[bucket] as number) + 1;
        sum += value;
      },
      values() {
        let count = 0;
        const bounded = [...buckets.map(String), '+Inf'].map((le, bucket) => {
          count += counts[bucket] as number;
          return { metricName: `${name}_bucket`, value: count, labels: { le }, sharedLabels };
        });
        const whole = { labels: {}, sharedLabels };
        return [...bounded, { metricName: `${name}_sum`, value: sum, ...whole }, { metricName: `${name}_count`, value: count, ...whole }];
      },
    };
  });
}

/** A histogram, and beside it a summary of the last minutes under the same name with `_summary`. */
export function timings(
  registry: Registry,
  family: Family & { readonly buckets: readonly number[] },
): (...values: readonly string[]) => HistogramChild {
  const bounded = histogram(registry, family);
  const recent = summary(registry, { ...family, name: `${family.name}_summary` });
  return byValues((values): HistogramChild => {
    const [inBuckets, inQuantiles] = [bounded(...values), recent(...values)];
    return {
      observe(value) {
        inBuckets.observe(value);
        inQuantiles.observe(value);
      },
    };
  }).find;
}

const quantiles = [0.5, 0.75, 0.9, 0.98, 0.99, 1]; // those of Seldon's executor

function summary(registry: Registry, family: Family): (...values: readonly string[]) => HistogramChild {
  const { name } = family;
  return register(registry, family, 'summary', (sharedLabels): HistogramChild & Child => {
    const values = new RecentValues();
    let [sum, count] = [0, 0];
    return {
      observe(value) {
        values.add(value, performance.now());
        sum += value;
        count++;
      },
      values() {
        const recent = values.seen(performance.now());
        const whole = { labels: {}, sharedLabels };
        const counted = { metricName: `${name}_count`, value: count, ...whole, recent };
        return [...quantileValues(name, recent, sharedLabels), { metricName: `${name}_sum`, value: sum, ...whole }, counted];
      },
    };
  });
}

/** The series of a summary's quantiles. */
export const quantileValues = (metricName: string, recent: Seen, sharedLabels: Labels): Value[] =>
  quantiles.map((quantile) => ({ metricName, value: quantileOf(recent, quantile), labels: { quantile: String(quantile) }, sharedLabels }));

function register<T extends Child>(
  registry: Registry,
  { name, help, fixed = {}, labelNames, most = Infinity }: Family,
  type: string,
  make: (labels: Labels) => T,
): (...values: readonly string[]) => T {
  const all: { readonly child: T; readonly values: readonly string[] }[] = [];
  const { find, forget } = byValues((values) => {
    const child = make({ ...fixed, ...Object.fromEntries(labelNames.map((label, at) => [label, values[at] as string])) });
    all.push({ child, values });
    if (all.length > most) forget((all.shift() as (typeof all)[number]).values);
    return child;
  });
  expose(registry, { name, help, type }, () => all.flatMap(({ child }) => child.values()));
  return find;
}

/** A metric whose figures are asked for when they are scraped. */
export function expose(
  registry: Registry,
  { name, help, type }: { readonly name: string; readonly help: string; readonly type: string },
  values: () => Value[],
): void {
  const get = async () => ({ name, help, type, aggregator: 'sum', values: values() });
  registry.registerMetric({ name, get } as unknown as Metric); // all that a registry asks of a metric
}

type Branch<T> = Map<string, Branch<T> | T>;

/** Finds what was made for these values, by one look into a map for each, as joining them to a key would take longer. */
function byValues<T>(make: (values: readonly string[]) => T): {
  find(...values: readonly string[]): T;
  forget(values: readonly string[]): void;
} {
  const root: Branch<T> = new Map();
  const find = (...values: readonly string[]): T => {
    let branch = root;
    const last = values.length - 1;
    for (let at = 0; at < last; at++) {
      const value = values[at] as string;
      let next = branch.get(value) as Branch<T> | undefined;
      if (next === undefined) branch.set(value, (next = new Map()));
      branch = next;
    }
    let leaf = branch.get(values[last] as string) as T | undefined;
    if (leaf === undefined) branch.set(values[last] as string, (leaf = make(values)));
    return leaf;
  };
  const forget = (values: readonly string[]): void => {
    let branch: Branch<T> | undefined = root;
    for (const value of values.slice(0, -1)) branch = branch?.get(value) as Branch<T> | undefined;
    branch?.delete(values.at(-1) as string);
  };
  return { find, forget };
}
