import type { TensorSpec } from '@switchyard/protocol';
import { TensorFlowError } from '../tensorflow-error.ts';

const advice = 'export it with a first dimension of any size, as it is the rows of a batch';

/**
 * How many rows a model takes at once: any number, or one where all its inputs were exported for one.
 * @throws TensorFlowError naming the tensor whose first dimension is no rows
 */
export function rowsOf(inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]): 'any' | 'one' {
  const [first] = inputs;
  if (first === undefined) throw new TensorFlowError('model.onnx takes nothing, and so has no rows');
  if (outputs.length === 0) throw new TensorFlowError('model.onnx answers nothing');
  const size = first.shape[0] === 1 ? 1 : -1;
  for (const [side, { name, shape }] of [
    ...inputs.map((spec) => ['input', spec] as const),
    ...outputs.map((spec) => ['output', spec] as const),
  ]) {
    const fits = shape[0] === size || (side === 'output' && shape[0] === -1);
    if (fits) continue;
    const differs = size === 1 ? `, where input "${first.name}" is of one row` : '';
    throw new TensorFlowError(
      `model.onnx: ${side} "${name}" is ${shape.length === 0 ? 'a single value' : `[${shape.join(', ')}]`}${differs}; ${advice}`,
    );
  }
  return size === 1 ? 'one' : 'any';
}
