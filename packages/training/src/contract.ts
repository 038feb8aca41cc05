import type { Scaling } from '@switchyard/artifact';
import type { Dataset } from '@switchyard/dataset';
import type { TensorSpec } from '@switchyard/protocol';

/** What clients of a model send, and how that becomes the numbers that the dataset holds. */
export type InputContract = {
  readonly spec: TensorSpec;
  /** `dataset's value = client's value × scale + offset`. Absent: they are the same. */
  readonly scaling?: Scaling;
};

/**
 * The contract of a model's input. Data with a domain, such as pixels of 0..255, travels as 0..1 whatever the model wants inside: one
 * contract for all models of the same data, so that a router can send a request to any of them. Other data travels as it is.
 *
 *     const { spec, scaling } = inputContract(split.train);
 *     // pixels: { name: 'x', datatype: 'FP32', shape: [-1, 784], range: { min: 0, max: 1 } }, { scale: 255, offset: 0 }
 *
 * A model trained on the dataset's own values publishes `scaling`; one trained on 0..1 leaves it out.
 */
export function inputContract({ shape, domain, columnNames }: Pick<Dataset, 'shape' | 'domain' | 'columnNames'>): InputContract {
  const width = shape.reduce((product, size) => product * size, 1);
  const spec: TensorSpec = {
    name: 'x',
    datatype: 'FP32',
    shape: [-1, width],
    ...(domain && { range: { min: 0, max: 1 } }),
    ...(columnNames && { columns: columnNames }),
  };
  return domain ? { spec, scaling: { scale: domain.max - domain.min, offset: domain.min } } : { spec };
}

/** The contract of a classifier's output: one probability a class. A class named `7` is called `class:7`, as clients of Seldon expect. */
export function outputSpec(classNames: readonly string[]): TensorSpec {
  return {
    name: 'probabilities',
    datatype: 'FP32',
    shape: [-1, classNames.length],
    columns: classNames.map((name) => (/^\d+$/.test(name) ? `class:${name}` : name)),
  };
}
