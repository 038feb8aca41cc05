import { allocate, elementCount, type Tensor, type TensorSpec } from '@switchyard/protocol';

const most = 2 ** 24; // elements

/** Tensors of zeros, of size 1 wherever any size goes; `undefined` where one would be too large to try. */
export function oneRow(specs: readonly TensorSpec[]): Tensor[] | undefined {
  const tensors: Tensor[] = [];
  for (const { name, datatype, shape: sizes } of specs) {
    const shape = sizes.map((size) => (size === -1 ? 1 : size));
    const count = elementCount(shape);
    if (count > most) return undefined;
    const data = datatype === 'BYTES' ? Array.from({ length: count }, () => new Uint8Array()) : allocate(datatype, count);
    tensors.push({ name, datatype, shape, data });
  }
  return tensors;
}
