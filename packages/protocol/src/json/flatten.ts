/** Of what is no list any more after this many levels, no tensor is made. */
export const maxDepth = 32;

/** The shape of a nested list, read along its first elements: `[[1, 2], [3, 4]]` is [2, 2]. Whether the rest has that shape, `rowsOf` tells. */
export function shapeOf(list: readonly unknown[]): number[] {
  const shape: number[] = [];
  // at(0), not [0]: where one place reads lists of lists and lists of doubles, V8 makes the latter lists of objects, number by number.
  for (let current: unknown = list; Array.isArray(current); current = current.at(0)) {
    shape.push(current.length);
    if (shape.length > maxDepth) break;
  }
  return shape;
}

/**
 * The innermost lists of a nested list, in row-major order; undefined where the list has not that shape everywhere. What they hold is not
 * looked at, so they may hold lists still. Nothing is allocated by what a shape claims, only by what is there.
 */
export function rowsOf(list: readonly unknown[], shape: readonly number[]): readonly (readonly unknown[])[] | undefined {
  if (shape.length > maxDepth) return undefined;
  let level: readonly (readonly unknown[])[] = [list];
  for (const size of shape.slice(0, -1)) {
    if (level.some((inner) => inner.length !== size)) return undefined;
    const next = level.length === 1 ? (level[0] as readonly unknown[]) : level.flat();
    if (!next.every((inner) => Array.isArray(inner))) return undefined;
    level = next as readonly (readonly unknown[])[];
  }
  const width = shape.at(-1);
  return level.every((row) => row.length === width) ? level : undefined;
}
