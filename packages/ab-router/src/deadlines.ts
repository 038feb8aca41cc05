/** What may be late. */
export type Timed = {
  /** When it is, by `performance.now()`; Infinity while there is nothing to wait for. */
  readonly until: number;
};

/**
 * Finds what is late, by one timer for all of it: as all may take equally long, the timer is set for what began first, and again for what is then
 * the first. It keeps no process alive. What is under way is no collection of its own, which would change with each request: V8 keeps the tables
 * that such a one has outgrown, and all that was in them, for as long as one of them has grown old.
 *
 * @param all what may be late; few of it
 * @param late told of each that is; it is to wait for nothing then
 * @returns when what begins now is late
 * @example
 *     const deadline = deadlines(1000, connections, (connection) => connection.close());
 *     connection.until = deadline();
 */
export function deadlines<T extends Timed>(afterMs: number, all: Iterable<T>, late: (each: T) => void): () => number {
  let timed = false;

  function look(): void {
    const now = performance.now();
    let next = Infinity;
    for (const each of all) {
      if (each.until <= now) late(each);
      else next = Math.min(next, each.until);
    }
    timed = next < Infinity;
    if (timed) setTimeout(look, Math.ceil(next - now)).unref();
  }

  return () => {
    if (!timed) setTimeout(look, afterMs).unref();
    timed = true;
    return performance.now() + afterMs;
  };
}
