import type { Dataset } from '@switchyard/dataset';
import type { Sample } from './trial.ts';

/** A dataset's rows as clients send them: pixels and other data with a domain as 0 to 1, the rest as it is. */
export function toSample({ rows, features, labels, domain }: Dataset): Sample {
  const width = features.length / rows;
  const offset = domain?.min ?? 0;
  const span = domain ? domain.max - domain.min : 1;
  return {
    count: rows,
    row: (index) => Float64Array.from(features.subarray(index * width, (index + 1) * width), (value) => (value - offset) / span),
    label: (index) => labels[index]!,
  };
}
