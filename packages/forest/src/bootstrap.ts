import type { RandomBelow } from './random.ts';

/** How often each row is in a tree's sample: `draws` of them drawn with repetition, or each row once where there is no bootstrap. */
export function drawRows(counts: Int32Array, bootstrap: boolean, random: RandomBelow, draws = counts.length): void {
  counts.fill(bootstrap ? 0 : 1);
  if (bootstrap) for (let i = 0; i < draws; i++) counts[random(counts.length)]!++;
}

const mostCounted = 255;

/**
 * Lists the rows that were drawn, with how often, and answers how many entries there are. An entry's count is a byte, so a row that was
 * drawn more often has several entries; they are never more than the rows. A row that weighs nothing is left out.
 */
export function listRows(drawn: Int32Array, rows: Int32Array, counts: Uint8Array, weights?: Float64Array): number {
  let entries = 0;
  for (let row = 0; row < drawn.length; row++) {
    if (weights?.[row] === 0) continue;
    for (let left = drawn[row] as number; left > 0; left -= mostCounted) {
      rows[entries] = row;
      counts[entries++] = Math.min(left, mostCounted);
    }
  }
  return entries;
}
