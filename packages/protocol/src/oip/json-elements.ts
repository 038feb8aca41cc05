import { InferenceError } from '../error.ts';
import { describe } from '../json/expect.ts';
import { rowsOf, shapeOf } from '../json/flatten.ts';
import { NumberList, type List } from '../json/number-list.ts';
import { allocate, checkShape, type Datatype, type Tensor, type TensorData } from '../tensor.ts';
import { fits64, integerRanges } from './ranges.ts';

type Head = { readonly name: string; readonly datatype: Datatype; readonly shape: readonly number[] };
type Elements = ArrayLike<unknown>;

/**
 * A tensor of its JSON data, flat or nested as its shape is. Integers beyond 2^53 must have been parsed as BigInt.
 * @throws InferenceError INVALID_ARGUMENT naming tensor, element and value where one is not of the datatype, or where the shape does not fit
 */
export function tensorOfElements(head: Head, data: List): Tensor {
  return { ...head, data: elementsOf(head, flat(head, data)) };
}

function flat({ name, shape }: Head, data: List): Elements {
  if (data instanceof NumberList) {
    if (data.shape.length > 1 && data.shape.join() !== shape.join()) throw unlike(name, shape, `nested as [${data.shape}]`);
    checkShape(name, shape, data.data.length);
    return data.data;
  }
  if (!Array.isArray(data[0])) {
    checkShape(name, shape, data.length);
    return data;
  }
  const rows = rowsOf(data, shape);
  if (rows) return rows.length === 1 ? (rows[0] as Elements) : rows.flat();
  const found = shapeOf(data);
  const nesting = rowsOf(data, found) ? `nested as [${found}]` : 'nested unevenly';
  throw unlike(name, shape, nesting);
}

const unlike = (name: string, shape: readonly number[], nesting: string): InferenceError =>
  new InferenceError('INVALID_ARGUMENT', `tensor "${name}": its data is ${nesting}, but its shape is [${shape}]`);

function elementsOf(head: Head, data: Elements): TensorData {
  const { datatype } = head;
  switch (datatype) {
    case 'BYTES':
      return Array.from(data, (value, index) => (typeof value === 'string' ? Buffer.from(value) : refuse(head, index, value, 'a string')));
    case 'BOOL':
      return Uint8Array.from(data, (value, index) => {
        if (value === true || value === 1) return 1;
        return value === false || value === 0 ? 0 : refuse(head, index, value, 'true, false, 1 or 0');
      });
    case 'INT64':
    case 'UINT64':
      return wideIntegers(head, data, datatype);
    case 'FP32':
    case 'FP64':
      return floats(head, data, datatype);
    case 'FP16':
    case 'BF16':
      throw new InferenceError('INVALID_ARGUMENT', `tensor "${head.name}": ${datatype} has no JSON form; send it as binary data`);
    default:
      return integers(head, data, datatype);
  }
}

function floats(head: Head, data: Elements, datatype: 'FP32' | 'FP64'): TensorData {
  const out = allocate(datatype, data.length);
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') refuse(head, index, value, 'a number');
    out[index] = number;
    if (!Number.isFinite(out[index])) refuse(head, index, value, `a number that ${datatype} can hold`);
  }
  return out;
}

function integers(head: Head, data: Elements, datatype: Exclude<Datatype, 'BYTES'>): TensorData {
  const { min, max } = integerRanges[datatype] as { min: number; max: number };
  const out = allocate(datatype, data.length);
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (typeof value !== 'number' || !Number.isInteger(value)) refuse(head, index, value, 'a whole number');
    if (value < min || value > max) refuse(head, index, value, `in ${min}..${max}, which ${datatype} holds`);
    out[index] = value;
  }
  return out;
}

function wideIntegers(head: Head, data: Elements, datatype: 'INT64' | 'UINT64'): TensorData {
  const out = allocate(datatype, data.length);
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    const integer = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value as bigint | number) : undefined;
    if (integer === undefined) refuse(head, index, value, 'a whole number');
    if (!fits64(integer, datatype === 'UINT64')) refuse(head, index, value, `a number that ${datatype} can hold`);
    out[index] = integer;
  }
  return out;
}

function refuse({ name }: Head, index: number, value: unknown, expected: string): never {
  throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": element ${index} is ${describe(value)}, not ${expected}`);
}
