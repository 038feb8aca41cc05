export type Backoff = { readonly firstMs: number; readonly longestMs: number };

/** Of a key whose work failed: 1 s, 2 s, 4 s … 5 min. */
export const usualBackoff: Backoff = { firstMs: 1000, longestMs: 300_000 };

/** How long to wait after the failure number `failures` (from 1), in ms; spread by a tenth, so that what failed together does not come back together. */
export function backoffMs(failures: number, { firstMs, longestMs }: Backoff, random: () => number = Math.random): number {
  const wait = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(wait * (0.9 + random() / 10));
}
