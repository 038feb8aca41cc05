import {
  allocate,
  fromHalf,
  InferenceError,
  toHalf,
  type NumericArray,
  type Tensor,
  type TensorData,
  type TensorSpec,
} from '@switchyard/protocol';
import type { OnnxPort } from './parse.ts';
import type { ValueArray, Values } from './session.ts';

/** The values of a tensor in arrays of their own, which may be given away. @throws InferenceError INVALID_ARGUMENT where they have no form in onnxruntime */
export function valuesOf({ name, shape, data }: Tensor, { element: { datatype, type } }: OnnxPort): Values {
  if (datatype === 'BYTES') return { type, dims: shape, data: (data as readonly Uint8Array[]).map((bytes, at) => textOf(name, at, bytes)) };
  if (type === 'float16') return { type, dims: shape, data: Uint16Array.from(data as Float32Array, toHalf) };
  const copy = allocate(datatype, data.length);
  copy.set(data as never);
  return { type, dims: shape, data: copy };
}

function textOf(name: string, at: number, bytes: Uint8Array): string {
  const refuse = (why: string): never => {
    throw new InferenceError('INVALID_ARGUMENT', `input "${name}": element ${at} ${why}`);
  };
  if (bytes.includes(0)) return refuse('has a byte of 0, at which onnxruntime-node would end it');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('is not UTF-8, which strings of ONNX are');
  }
}

/** What came back, as the tensor that it was stated to be. @throws InferenceError INTERNAL where it is another */
export function tensorOf({ type, dims, data }: Values, { spec, element }: OnnxPort): Tensor {
  const { name, datatype, shape } = spec;
  const fits = type === element.type && dims.length === shape.length && shape.every((size, axis) => size === -1 || size === dims[axis]);
  if (fits) return { name, datatype, shape: dims, data: dataOf(element.type, data) };
  const gave = `${type} [${dims.join(', ')}]`;
  throw new InferenceError('INTERNAL', `the model gave ${gave} as output "${name}", which it states to be ${stated(spec, element.type)}`);
}

const stated = ({ shape }: TensorSpec, type: string): string => `${type} [${shape.join(', ')}]`;

function dataOf(type: string, data: ValueArray): TensorData {
  if (Array.isArray(data)) return data.map((text) => new TextEncoder().encode(text));
  return type === 'float16' ? Float32Array.from(data as Uint16Array, fromHalf) : (data as NumericArray);
}
