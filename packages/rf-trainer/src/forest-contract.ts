import type { Dataset } from '@switchyard/dataset';
import { inputContract, outputSpec, type TrainedModel } from '@switchyard/training';

/**
 * What clients of a forest send and get. The forest is trained on the dataset's own values, so the contract's scaling is stated, and the
 * server applies it. A table of doubles is taken as doubles: rounded to floats, a value could fall on the other side of a threshold.
 * A regression answers one double a row, named as the column that it predicts.
 */
export function forestContract(dataset: Dataset, missing = false): Pick<TrainedModel, 'signature' | 'scaling'> {
  const { spec, scaling } = inputContract(dataset);
  const input = {
    ...spec,
    datatype: dataset.features instanceof Float64Array ? ('FP64' as const) : spec.datatype,
    ...(missing && !(dataset.features instanceof Uint8Array) && { missing: true as const }), // pixels are never missing
  };
  const value = { name: 'value', datatype: 'FP64' as const, shape: [-1, 1], columns: [...dataset.classNames] };
  return {
    signature: { inputs: [input], outputs: [dataset.targets ? value : outputSpec(dataset.classNames)] },
    ...(scaling && { scaling }),
  };
}
