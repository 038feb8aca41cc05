import { InferenceError } from '../error.ts';
import type { InferTensorContents } from '../generated/messages.ts';
import { fromBigInt, toBigInt } from '../int64.ts';
import { allocate, checkShape, type Datatype, type NumericArray, type Tensor, type TensorData } from '../tensor.ts';
import { integerRanges } from './ranges.ts';

/** Which list of InferTensorContents holds a datatype; FP16 and BF16 have none. */
const lists: Partial<Record<Datatype, keyof InferTensorContents>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

/**
 * A tensor of typed contents.
 * @throws InferenceError INVALID_ARGUMENT where another list than the datatype's is filled, an element does not fit it, or the shape is not filled
 */
export function tensorOfContents(name: string, datatype: Datatype, shape: readonly number[], contents: InferTensorContents): Tensor {
  const list = lists[datatype];
  if (!list) throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": ${datatype} has no typed contents; send raw_input_contents`);
  const other = Object.entries(contents).find(([key, value]) => key !== list && Array.isArray(value) && value.length > 0);
  if (other) throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": ${datatype} belongs in ${list}, but ${other[0]} is filled`);
  const values = contents[list] ?? [];
  checkShape(name, shape, values.length);
  return { name, datatype, shape, data: dataOf(name, datatype, values) };
}

function dataOf(name: string, datatype: Datatype, values: NonNullable<InferTensorContents[keyof InferTensorContents]>): TensorData {
  switch (datatype) {
    case 'BYTES':
      return values as readonly Uint8Array[];
    case 'INT64':
      return BigInt64Array.from(values as readonly number[], toBigInt);
    case 'UINT64':
      return BigUint64Array.from(values as readonly number[], toBigInt);
    default:
      return numbersOf(name, datatype, values as readonly number[]);
  }
}

function numbersOf(name: string, datatype: Exclude<Datatype, 'BYTES'>, values: readonly number[]): NumericArray {
  const out = allocate(datatype, values.length);
  out.set(values as never);
  const range = integerRanges[datatype];
  if (!range) return out;
  const wrong = values.findIndex((value) => value < range.min || value > range.max);
  if (wrong < 0) return out;
  throw new InferenceError(
    'INVALID_ARGUMENT',
    `tensor "${name}": element ${wrong} is ${values[wrong]}, not in ${range.min}..${range.max}, which ${datatype} holds`,
  );
}

/** The typed contents of a tensor; undefined for FP16 and BF16, which have none. */
export function contentsOfTensor({ datatype, data }: Tensor): InferTensorContents | undefined {
  const list = lists[datatype];
  if (!list) return undefined;
  if (datatype === 'BOOL') return { bool_contents: Array.from(data as Uint8Array, (value) => value !== 0) };
  const unsigned = datatype === 'UINT64';
  const values = unsigned || datatype === 'INT64' ? Array.from(data as BigInt64Array, (value) => fromBigInt(value, unsigned)) : data;
  return { [list]: values };
}
