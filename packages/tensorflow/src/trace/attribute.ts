import type { Attribute, Constant } from './graph.ts';
import type { Binding, OperationAttribute, TensorData } from './native-backend.ts';

/** The attribute of an operation as the add-on is given it, in the form that the graph has. @throws Error for a kind that no kernel uses */
export function attributeOf(binding: Binding, { name, type, value }: OperationAttribute): Attribute {
  const many = Array.isArray(value);
  if (type === binding.TF_ATTR_INT) return { integer: value as number | number[] };
  if (type === binding.TF_ATTR_FLOAT) return { float: value as number | number[] };
  if (type === binding.TF_ATTR_SHAPE) return { shape: value as number[] };
  if (type === binding.TF_ATTR_BOOL && !many) return { boolean: Boolean(value) };
  if (type === binding.TF_ATTR_TYPE && !many) return { type: value as number };
  if (type === binding.TF_ATTR_STRING && !many) return { string: String(value) };
  throw new Error(`attribute ${name} is of a kind that is not recorded`);
}

/** The values of a tensor as a constant of a graph: a copy, as whoever made them may write over them. */
export function constantOf(binding: Binding, type: number, shape: readonly number[], data: TensorData): Constant {
  if (type === binding.TF_STRING) return { type, shape: [...shape], data: [...(data as readonly Uint8Array[])] };
  if (ArrayBuffer.isView(data)) {
    return { type, shape: [...shape], data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() };
  }
  const numbers = data as readonly number[];
  const typed =
    type === binding.TF_BOOL ? Uint8Array.from(numbers) : type === binding.TF_INT32 ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return { type, shape: [...shape], data: new Uint8Array(typed.buffer) };
}
