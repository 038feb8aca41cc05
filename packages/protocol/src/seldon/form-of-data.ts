import type { Encoding } from '../call.ts';
import type { Tensor } from '../tensor.ts';

export type DataForm = 'tensor' | 'ndarray' | 'tftensor';

/** In which of Seldon's three forms a tensor is written: as asked where it holds numbers, else as ndarray; numbers that none was asked for as tensor. */
export function dataForm(tensor: Tensor, encoding: Encoding): DataForm {
  if (tensor.datatype === 'BYTES') return encoding === 'tftensor' ? 'tftensor' : 'ndarray';
  return encoding === 'ndarray' || encoding === 'tftensor' ? encoding : 'tensor';
}

/**
 * The tensor's own column names; else `t:0`, `t:1`, … of a model's table, as Seldon's clients expect; else none. A tensor without a name came
 * as Seldon's data, and goes on with the names that it had: none.
 */
export function columnsOf({ name, columns, shape }: Tensor): readonly string[] {
  if (columns) return columns;
  return name !== '' && shape.length === 2 ? Array.from({ length: shape[1] ?? 0 }, (_, index) => `t:${index}`) : [];
}
