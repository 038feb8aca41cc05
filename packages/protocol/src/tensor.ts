import { InferenceError } from './error.ts';

/** The datatypes of the Open Inference Protocol. FP16 and BF16 have no JavaScript number array of their own: their data is raw `Uint16Array` bits. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'BF16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

export type NumericArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Numbers as one typed array; `BYTES` as one `Uint8Array` an element. */
export type TensorData = NumericArray | readonly Uint8Array[];

/**
 * The one in-memory form of what goes into a model and comes out of it: row-major, dense.
 * `data.length` is the product of `shape`. The first dimension is the rows of a batch.
 */
export type Tensor = {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** Names of the last dimension's columns, where a protocol has a place for them: the class names of an output. */
  readonly columns?: readonly string[];
};

type ArrayConstructor = {
  new (length: number): NumericArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericArray;
  readonly BYTES_PER_ELEMENT: number;
};

const arrays: Record<Exclude<Datatype, 'BYTES'>, ArrayConstructor> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

export const datatypes: readonly Datatype[] = [...(Object.keys(arrays) as Datatype[]), 'BYTES'];

export function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && (value === 'BYTES' || Object.hasOwn(arrays, value));
}

/** Bytes of one element on the wire; 0 for `BYTES`, whose elements differ. */
export function byteSize(datatype: Datatype): number {
  return datatype === 'BYTES' ? 0 : arrays[datatype].BYTES_PER_ELEMENT;
}

/** A zeroed array for `length` elements of a numeric datatype. */
export function allocate(datatype: Exclude<Datatype, 'BYTES'>, length: number): NumericArray {
  return new arrays[datatype](length);
}

/**
 * An array for `length` elements that are all to be written: until then they are whatever was there before. A small one is cut from a piece of memory
 * that Node keeps for that, as memory of its own would take longer to get than such an array takes to fill; so its `buffer` is not its own.
 */
export function allocateUnsafe(datatype: Exclude<Datatype, 'BYTES'>, length: number): NumericArray {
  return viewBytes(datatype, Buffer.allocUnsafe(length * byteSize(datatype)));
}

/** A typed array over the memory of bytes, whose offset must be a multiple of the element's size. */
export function viewBytes(datatype: Exclude<Datatype, 'BYTES'>, bytes: Uint8Array): NumericArray {
  const type = arrays[datatype];
  return new type(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / type.BYTES_PER_ELEMENT));
}

/** How many elements a shape holds: 1 for `[]`, 0 where a dimension is 0. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Rows of a batch: the first dimension; a scalar is one row. */
export function rowCount(tensor: Tensor): number {
  return tensor.shape[0] ?? 1;
}

/** @throws InferenceError INVALID_ARGUMENT unless every dimension is a whole number ≥ 0 and their product is `length`. */
export function checkShape(name: string, shape: readonly number[], length: number): void {
  const bad = shape.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (bad !== undefined)
    throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": dimension ${bad} of shape [${shape}] is not a whole number ≥ 0`);
  const expected = elementCount(shape);
  if (expected !== length) {
    throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": shape [${shape}] holds ${expected} elements, but ${length} were sent`);
  }
}
