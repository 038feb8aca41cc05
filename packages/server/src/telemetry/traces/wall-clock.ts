let origin = performance.timeOrigin;
let checked = 0;

/** Milliseconds since 1970, finer than `Date.now()`: what is asked within a request stands in its order. Follows a clock that is put right. */
export function wallClock(now = performance.now()): number {
  if (now - checked > 10_000) {
    checked = now;
    const wall = Date.now();
    if (Math.abs(wall - origin - now) > 5) origin = wall - now;
  }
  return origin + now;
}
