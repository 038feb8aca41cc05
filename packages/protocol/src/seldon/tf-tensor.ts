import { InferenceError } from '../error.ts';
import type { Int64, TensorProto } from '../generated/messages.ts';
import { toBigInt, toDimensions } from '../int64.ts';
import { refuse } from '../json/expect.ts';
import { bytesOfNumbers, numbersOfBytes } from '../raw.ts';
import { allocate, checkShape, elementCount, type Datatype, type NumericArray, type Tensor } from '../tensor.ts';

type Field = 'float_val' | 'double_val' | 'int_val' | 'string_val' | 'int64_val' | 'bool_val' | 'half_val' | 'uint32_val' | 'uint64_val';

/** How a datatype stands in a TensorProto: its number in TensorFlow's DataType, its name there, and the list that holds its values. */
type TfType = { readonly datatype: Datatype; readonly dtype: number; readonly name: string; readonly field: Field };

export const tfTypes: readonly TfType[] = [
  { datatype: 'FP32', dtype: 1, name: 'DT_FLOAT', field: 'float_val' },
  { datatype: 'FP64', dtype: 2, name: 'DT_DOUBLE', field: 'double_val' },
  { datatype: 'INT32', dtype: 3, name: 'DT_INT32', field: 'int_val' },
  { datatype: 'UINT8', dtype: 4, name: 'DT_UINT8', field: 'int_val' },
  { datatype: 'INT16', dtype: 5, name: 'DT_INT16', field: 'int_val' },
  { datatype: 'INT8', dtype: 6, name: 'DT_INT8', field: 'int_val' },
  { datatype: 'BYTES', dtype: 7, name: 'DT_STRING', field: 'string_val' },
  { datatype: 'INT64', dtype: 9, name: 'DT_INT64', field: 'int64_val' },
  { datatype: 'BOOL', dtype: 10, name: 'DT_BOOL', field: 'bool_val' },
  { datatype: 'BF16', dtype: 14, name: 'DT_BFLOAT16', field: 'half_val' },
  { datatype: 'UINT16', dtype: 17, name: 'DT_UINT16', field: 'int_val' },
  { datatype: 'FP16', dtype: 19, name: 'DT_HALF', field: 'half_val' },
  { datatype: 'UINT32', dtype: 22, name: 'DT_UINT32', field: 'uint32_val' },
  { datatype: 'UINT64', dtype: 23, name: 'DT_UINT64', field: 'uint64_val' },
];

/**
 * A dense tensor of a TensorProto, from `tensor_content` or the list of its type; a list shorter than the shape is filled up with its last
 * value, as TensorFlow does.
 * @throws InferenceError INVALID_ARGUMENT for a type that has no tensor here, and where shape and values do not match
 */
export function decodeTfTensor(proto: TensorProto): Tensor {
  const type = tfTypes.find(({ dtype }) => dtype === (proto.dtype ?? 0));
  if (!type)
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `data.tftensor has dtype ${proto.dtype ?? 0}; known are ${tfTypes.map(({ name }) => name).join(', ')}`,
    );
  if (proto.tensor_shape?.unknown_rank) throw new InferenceError('INVALID_ARGUMENT', 'data.tftensor has a shape of unknown rank');
  const shape = toDimensions(proto.tensor_shape?.dim?.map(({ size }) => size ?? 0));
  const data = valuesOf(proto, type, shape);
  checkShape('', shape, data.length);
  return { name: '', datatype: type.datatype, shape, data };
}

function valuesOf(proto: TensorProto, { datatype, field }: TfType, shape: readonly number[]): Tensor['data'] {
  const list = (proto[field] ?? []) as readonly (number | boolean | Int64 | Uint8Array)[];
  if (datatype === 'BYTES') return list as readonly Uint8Array[];
  const content = proto.tensor_content;
  if (content && content.length > 0) return numbersOfBytes('', datatype, content);
  const missing = elementCount(shape) - list.length;
  // A shape is only a claim: the memory for it is taken for one value repeated, as TensorFlow has it, but not without bound.
  if (missing > 0 && (list.length === 0 || missing > maxFill)) checkShape('', shape, list.length);
  const data = allocate(datatype, list.length + Math.max(missing, 0));
  const wide = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let index = 0; index < data.length; index++) {
    const value = list[Math.min(index, list.length - 1)] as number | Int64;
    if (wide) data[index] = toBigInt(value);
    else {
      data[index] = Number(value);
      if (field !== 'float_val' && data[index] !== Number(value)) throw refuse(`data.tftensor: element ${index}`, Number(value), datatype);
    }
  }
  return data;
}

const maxFill = 1 << 24;

/** A TensorProto of a tensor, its numbers as `tensor_content`. */
export function encodeTfTensor({ datatype, shape, data }: Tensor): TensorProto {
  const { dtype } = tfTypes.find((type) => type.datatype === datatype) as TfType;
  const head = { dtype, tensor_shape: { dim: shape.map((size) => ({ size })) } };
  if (datatype === 'BYTES') return { ...head, string_val: data as readonly Uint8Array[] };
  return { ...head, tensor_content: bytesOfNumbers(data as NumericArray) };
}
