export type Leaf = number | string | boolean | bigint;

/**
 * The shape of a nested list, read along its first elements: `[[1, 2], [3, 4]]` is [2, 2]. Whether the rest has that shape, `flatten` tells.
 */
export function shapeOf(list: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let current: unknown = list; Array.isArray(current); current = current[0]) {
    shape.push(current.length);
    if (shape.length > maxDepth) break;
  }
  return shape;
}

/** Of what is no list any more after this many levels, no tensor is made. */
const maxDepth = 32;

/**
 * Visits the leaves of a nested list in row-major order: `leaf` is given each and its place, and says whether it will do.
 * @returns false where the list has not that shape, or a leaf will not do
 */
export function flatten(list: readonly unknown[], shape: readonly number[], leaf: (value: unknown, index: number) => boolean): boolean {
  let index = 0;
  const visit = (current: readonly unknown[], axis: number): boolean => {
    const size = shape[axis];
    if (current.length !== size) return false;
    if (axis === shape.length - 1) {
      for (let at = 0; at < size; at++) if (!leaf(current[at], index++)) return false;
      return true;
    }
    return current.every((inner) => Array.isArray(inner) && visit(inner, axis + 1));
  };
  return shape.length <= maxDepth && visit(list, 0);
}
