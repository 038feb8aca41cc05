import { InferenceError } from '../error.ts';
import { toNumbers } from '../numbers.ts';
import { elementCount, type Tensor } from '../tensor.ts';

/**
 * A tensor as a nested list of numbers, strings (from UTF-8) or booleans. A scalar is a list of one.
 * @throws InferenceError INTERNAL for bytes that are no text
 */
export function nestedValues(tensor: Tensor): unknown[] {
  const { shape } = tensor;
  return nest(shape.length === 0 ? [1] : shape, 0, 0, leaves(tensor));
}

function leaves(tensor: Tensor): ArrayLike<unknown> {
  if (tensor.datatype === 'BYTES') return textsOf(tensor);
  const numbers = toNumbers(tensor);
  return tensor.datatype === 'BOOL' ? Array.from(numbers, (value) => value !== 0) : numbers;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The elements of a BYTES tensor as text. @throws InferenceError INTERNAL for bytes that are no UTF-8 */
export function textsOf({ name, data }: Tensor): string[] {
  return (data as readonly Uint8Array[]).map((element, index) => {
    try {
      return decoder.decode(element);
    } catch (cause) {
      throw new InferenceError('INTERNAL', `tensor "${name}": element ${index} is not UTF-8 text, which is all that this form can hold`, {
        cause,
      });
    }
  });
}

function nest(shape: readonly number[], axis: number, start: number, flat: ArrayLike<unknown>): unknown[] {
  const size = shape[axis] as number;
  if (axis === shape.length - 1) return Array.from({ length: size }, (_, index) => flat[start + index]);
  const stride = elementCount(shape.slice(axis + 1));
  return Array.from({ length: size }, (_, index) => nest(shape, axis + 1, start + index * stride, flat));
}
