import type { Metric } from '@switchyard/protocol';
import type { Report } from '../model.ts';

/**
 * What a model says beside the answer of a batch: a tag is of every request in it, a metric is told once. It is kept until `deliver`, as a
 * batch that fails is tried again in its parts.
 */
export function batchReport(reports: readonly Report[]): { readonly report: Report; deliver(): void } {
  const tags: [string, unknown][] = [];
  const metrics: Metric[] = [];
  const { asked, encoding } = reports[0] as Report; // equal in all of them
  return {
    report: {
      asked,
      encoding,
      tag: (key, value) => void tags.push([key, value]),
      metric: (metric) => void metrics.push(metric),
    },
    deliver() {
      for (const each of reports) for (const [key, value] of tags) each.tag(key, value);
      for (const metric of metrics) reports[0]?.metric(metric);
    },
  };
}

/** Requests of one kind may share a call: they ask for the same, by the same protocol, of rows of one shape. */
export function kindOf({ asked, encoding }: Report, shapes: readonly (readonly number[])[]): string {
  const rest = shapes.map((shape) => shape.slice(1).join()).join(';');
  return `${encoding} ${rest} ${JSON.stringify(asked, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}`;
}
