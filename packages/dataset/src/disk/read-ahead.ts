/**
 * Results of jobs, in order. While one result is in use the next job is under way, and no more than that: two buffers in turn are enough.
 * Reads go on in the background even while the thread computes, since a job begins all of its reads at once.
 */
export async function* readAhead<T>(jobs: Iterable<() => Promise<T>>): AsyncGenerator<T, void, void> {
  const iterator = jobs[Symbol.iterator]();
  const begin = (): Promise<T> | undefined => {
    const { done, value } = iterator.next();
    const result = done ? undefined : value();
    result?.catch(() => {}); // it is thrown to whoever asks for it, which may be later
    return result;
  };
  let next = begin();
  try {
    while (next) {
      const result = await next;
      next = begin();
      yield result;
    }
  } finally {
    await next?.catch(() => {}); // nobody closes a file that is being read
  }
}
