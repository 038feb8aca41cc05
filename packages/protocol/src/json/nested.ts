import { elementCount } from '../tensor.ts';

/** Elements in row-major order, joined by commas: a typed array can do it, whatever its numbers. */
type Joinable = { slice(start: number, end: number): { join(separator: string): string } };

/** JSON of a nested list of a shape, from elements in row-major order: shape [2, 2] of 1, 2, 3, 4 is `[[1,2],[3,4]]`. A scalar is `[1]`. */
export function nestedJson(shape: readonly number[], flat: Joinable): string {
  return nest(shape.length === 0 ? [1] : shape, 0, 0, flat);
}

function nest(shape: readonly number[], axis: number, start: number, flat: Joinable): string {
  const size = shape[axis] as number;
  if (axis === shape.length - 1) return `[${flat.slice(start, start + size).join(',')}]`;
  const stride = elementCount(shape.slice(axis + 1));
  return `[${Array.from({ length: size }, (_, index) => nest(shape, axis + 1, start + index * stride, flat)).join(',')}]`;
}
