import { categorical, missingRight, setHolds, type Tree } from './tree.ts';

/** The number of the leaf that the row at `base` of row-major features reaches. */
export function leafOfRow(tree: Tree, features: ArrayLike<number>, base: number): number {
  const { features: columns, thresholds, flags, children } = tree;
  let node = 0;
  for (let column = columns[0] as number; column >= 0; column = columns[node] as number) {
    const value = features[base + column] as number;
    const threshold = thresholds[node] as number;
    const flag = flags[node] as number;
    const right =
      flag === 0
        ? value > threshold
        : Number.isNaN(value)
          ? flag & missingRight
          : flag & categorical
            ? !setHolds(tree, threshold, value)
            : value > threshold;
    node = (children[node] as number) + (right ? 1 : 0);
  }
  return children[node] as number;
}
