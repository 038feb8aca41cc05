import { allocate, elementCount, rowCount, type Signature, type Tensor, type TensorSpec } from '@switchyard/protocol';
import type { Serving } from './model-source.ts';

/**
 * Predicts one row inside the range, so that what is compiled or allocated at the first prediction is so before the first client, and a
 * model that does not answer as its signature states never serves.
 * @throws Error saying what is wrong with the answer
 */
export async function warmUp({ model, convert }: Serving): Promise<void> {
  const outputs = await model.predict(convert({ kind: 'tensors', tensors: model.signature.inputs.map(zeroRow) }));
  checkOutputs(outputs, model.signature);
}

function zeroRow({ name, datatype, shape, range }: TensorSpec): Tensor {
  const row = shape.map((size) => (size === -1 ? 1 : size));
  const length = elementCount(row);
  if (datatype === 'BYTES') return { name, datatype, shape: row, data: Array.from({ length }, () => new Uint8Array()) };
  const value = range ? Math.min(Math.max(0, range.min), range.max) : 0;
  const data = allocate(datatype, length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(Math.ceil(value)));
  else data.fill(value);
  return { name, datatype, shape: row, data };
}

function checkOutputs(outputs: readonly Tensor[], { outputs: specs }: Signature): void {
  if (outputs.length !== specs.length) throw new Error(`it gave ${outputs.length} outputs where its signature states ${specs.length}`);
  for (const [index, spec] of specs.entries()) {
    const { shape } = outputs[index] as Tensor;
    const fits = shape.length === spec.shape.length && spec.shape.every((size, axis) => size === -1 || size === shape[axis]);
    if (!fits)
      throw new Error(`output "${spec.name}" has shape [${shape.join(', ')}] where its signature states [${spec.shape.join(', ')}]`);
    if (spec.shape[0] === -1 && rowCount(outputs[index] as Tensor) !== 1)
      throw new Error(`one row gave ${shape[0]} rows of output "${spec.name}"`);
  }
}
