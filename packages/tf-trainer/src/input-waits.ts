/** Batches, and how much of the time since they began the training had to wait for the next one. */
export type WatchedInput<B> = { readonly batches: AsyncIterable<B>; waits(): string };

/** Times how long the next batch takes, reading and scaling included, against all the time that goes by. */
export function watchInput<B>(source: Iterable<B> | AsyncIterable<B>, now: () => number = () => performance.now()): WatchedInput<B> {
  const start = now();
  let waited = 0;
  async function* timed(): AsyncGenerator<B, void, void> {
    let asked = now();
    for await (const batch of source) {
      waited += now() - asked;
      yield batch;
      asked = now();
    }
  }
  return { batches: timed(), waits: () => `input waits ${((100 * waited) / Math.max(now() - start, 1e-3)).toFixed(1)} %` };
}
