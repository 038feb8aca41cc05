/** How many values were seen lately, by the bucket that each fell into; of buckets that have some. */
export type Seen = readonly (readonly [bucket: number, count: number])[];

/** Each bucket's upper bound over its lower one: a value is known to half of that, 1 %. */
const ratio = 1.02;
const perBucket = Math.log(ratio);
/** Below it, a microsecond, one bucket has all. */
const least = 1e-6;
/** Up to three hours. */
const buckets = Math.ceil(Math.log(1e10) / perBucket) + 1;

/** What is lately: ten minutes, as Prometheus' own clients have it, forgotten a fifth at a time. */
const sliceMs = 120_000;
const slices = 5;

/**
 * The values of the last eight to ten minutes, of which one asks quantiles. They are counted in buckets that grow by a constant ratio (as DDSketch has them:
 * Masson, Rim & Lee 2019), so a value costs a logarithm, and the counts of several processes make those of all.
 */
export class RecentValues {
  readonly #slices: { readonly number: number; readonly counts: Uint32Array }[] = [];

  /** @param value in seconds, 0 or more; @param now in milliseconds of a clock that does not go back */
  add(value: number, now: number): void {
    const number = Math.floor(now / sliceMs);
    let slice = this.#slices.at(-1);
    if (slice?.number !== number) {
      if (this.#slices.length === slices) this.#slices.shift();
      this.#slices.push((slice = { number, counts: new Uint32Array(buckets) }));
    }
    const bucket = value > least ? Math.min(buckets - 1, Math.ceil(Math.log(value / least) / perBucket)) : 0;
    slice.counts[bucket] = (slice.counts[bucket] as number) + 1;
  }

  seen(now: number): Seen {
    const number = Math.floor(now / sliceMs);
    const recent = this.#slices.filter((slice) => slice.number > number - slices);
    const all: [number, number][] = [];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = recent.reduce((sum, { counts }) => sum + (counts[bucket] as number), 0);
      if (count > 0) all.push([bucket, count]);
    }
    return all;
  }
}

/** What several have seen. */
export function together(parts: readonly Seen[]): Seen {
  const counts = new Map<number, number>();
  for (const [bucket, count] of parts.flat()) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return [...counts].toSorted(([a], [b]) => a - b);
}

/** The least value that so much of all, 0 to 1, are no greater than; NaN where nothing was seen. */
export function quantileOf(seen: Seen, part: number): number {
  const rank = Math.max(1, Math.ceil(part * seen.reduce((sum, [, count]) => sum + count, 0)));
  let below = 0;
  for (const [bucket, count] of seen) {
    below += count;
    if (below >= rank) return bucket === 0 ? least : least * ratio ** (bucket - 0.5);
  }
  return Number.NaN;
}
