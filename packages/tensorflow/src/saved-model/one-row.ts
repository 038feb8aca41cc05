import type { Tensor, TensorSpec } from '@switchyard/protocol';
import type { GraphDatatype } from './datatype.ts';

const arrays = {
  FP32: Float32Array,
  FP64: Float64Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  INT8: Int8Array,
  UINT8: Uint8Array,
  BOOL: Uint8Array,
} as const;

const most = 2 ** 24; // elements

/** Tensors of zeros, of size 1 wherever any size goes; `undefined` where one would be too large to try. */
export function oneRow(specs: readonly TensorSpec[]): Tensor[] | undefined {
  const tensors: Tensor[] = [];
  for (const { name, datatype, shape } of specs) {
    const sizes = shape.map((size) => (size === -1 ? 1 : size));
    const count = sizes.reduce((product, size) => product * size, 1);
    if (count > most) return undefined;
    const type = datatype as GraphDatatype;
    const data = type === 'BYTES' ? Array.from({ length: count }, () => new Uint8Array()) : new arrays[type](count);
    tensors.push({ name, datatype, shape: sizes, data });
  }
  return tensors;
}
