import type { RandomBelow } from './random.ts';

/** How often each row is in a tree's sample: drawn with repetition as often as there are rows, or each once. */
export function drawRows(counts: Int32Array, bootstrap: boolean, random: RandomBelow): void {
  counts.fill(bootstrap ? 0 : 1);
  if (bootstrap) for (let i = 0; i < counts.length; i++) counts[random(counts.length)]!++;
}

const mostWeight = 255;

/**
 * Lists the rows that were drawn, with how often as their weight, and answers how many entries there are. A weight is a byte, so a row
 * that was drawn more often has several entries; they are never more than the rows.
 */
export function listRows(counts: Int32Array, rows: Int32Array, weights: Uint8Array): number {
  let entries = 0;
  for (let row = 0; row < counts.length; row++) {
    for (let left = counts[row] as number; left > 0; left -= mostWeight) {
      rows[entries] = row;
      weights[entries++] = Math.min(left, mostWeight);
    }
  }
  return entries;
}
