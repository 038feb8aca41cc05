import { InferenceError } from '../error.ts';
import { bytesOfNumbers, joinElements, numbersOfBytes, splitElements } from '../raw.ts';
import { checkShape, type Datatype, type NumericArray, type Tensor } from '../tensor.ts';

/**
 * A tensor of its raw bytes: elements packed, little-endian; of BYTES each with its length before it. Numbers are a view over the bytes where
 * they are aligned, else a copy.
 * @throws InferenceError INVALID_ARGUMENT where the bytes do not fill the shape
 */
export function tensorOfBytes(name: string, datatype: Datatype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const data = datatype === 'BYTES' ? splitElements(name, bytes) : numbersOfBytes(name, datatype, bytes);
  checkShape(name, shape, data.length);
  return { name, datatype, shape, data };
}

/** The raw bytes of a tensor. */
export function bytesOfTensor({ datatype, data }: Tensor): Buffer {
  return datatype === 'BYTES' ? joinElements(data as readonly Uint8Array[]) : bytesOfNumbers(data as NumericArray);
}

/** Cuts the binary part of a body into its tensors, in the order in which they are asked for. */
export function binaryReader(body: Uint8Array, start: number) {
  let at = start;
  return {
    take(name: string, size: number): Uint8Array {
      if (size > body.length - at) {
        throw new InferenceError(
          'INVALID_ARGUMENT',
          `tensor "${name}": binary_data_size is ${size}, but ${body.length - at} bytes are left`,
        );
      }
      at += size;
      return body.subarray(at - size, at);
    },
    finish(): void {
      if (at < body.length) throw new InferenceError('INVALID_ARGUMENT', `${body.length - at} bytes of binary data belong to no tensor`);
    },
  };
}
