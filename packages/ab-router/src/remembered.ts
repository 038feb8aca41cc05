/** How long a failure is remembered: long enough that many who ask do not all wait for it again. */
const failureMs = 1000;

/**
 * Remembers an answer for a while, and asks once for all who want to know at the same time: probes and clients ask often, and each
 * question would be a request to every unit.
 *
 * @example
 *     const ready = remembered(() => transport.ready(), 1000);
 */
export function remembered<T>(ask: () => Promise<T>, maxAgeMs: number): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    const now = performance.now();
    if (answer !== undefined && now < until) return answer;
    until = now + maxAgeMs;
    answer = ask();
    answer.catch(() => (until = Math.min(until, performance.now() + failureMs)));
    return answer;
  };
}
