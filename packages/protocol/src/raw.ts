import { InferenceError } from './error.ts';
import { byteSize, viewBytes, type Datatype, type NumericArray } from './tensor.ts';

/**
 * Little-endian packed elements as a typed array: a view over the same memory where it is aligned for that, else a copy.
 * @throws InferenceError INVALID_ARGUMENT where the bytes are not a whole number of elements
 */
export function numbersOfBytes(name: string, datatype: Exclude<Datatype, 'BYTES'>, bytes: Uint8Array): NumericArray {
  const size = byteSize(datatype);
  if (bytes.byteLength % size === 0) return viewBytes(datatype, bytes.byteOffset % size === 0 ? bytes : Buffer.from(bytes));
  throw new InferenceError(
    'INVALID_ARGUMENT',
    `tensor "${name}": ${bytes.byteLength} bytes are no whole number of ${datatype} elements of ${size} bytes`,
  );
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A typed array as bytes, little-endian: its own memory, or of a small one a copy. */
export function bytesOfNumbers(data: NumericArray): Buffer {
  if (data.byteLength > within) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const bytes = Buffer.allocUnsafe(data.byteLength);
  const type = data.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Float32Array;
  new type(bytes.buffer, bytes.byteOffset, data.length).set(data as Float32Array);
  return bytes;
}

/** Bytes up to which V8 keeps an array within its object: it gets memory of its own as soon as its `buffer` is asked for, which costs more than a copy. */
const within = 64;

/**
 * The elements of a BYTES tensor, each preceded by its length as uint32, little-endian; views over the same memory.
 * @throws InferenceError INVALID_ARGUMENT where an element is longer than what is left
 */
export function splitElements(name: string, bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Infinity;
    if (length > bytes.length - at - 4) {
      throw new InferenceError(
        'INVALID_ARGUMENT',
        `tensor "${name}": element ${found.length} is cut off, at byte ${at} of ${bytes.length}`,
      );
    }
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

/** The reverse of `splitElements`. */
export function joinElements(elements: readonly Uint8Array[]): Buffer {
  const parts = elements.flatMap((element) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(element.byteLength);
    return [length, element];
  });
  return Buffer.concat(parts);
}
