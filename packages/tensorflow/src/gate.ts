/** What a thread and its process know of each other without messages: whether native code is at work, and whether it may begin again. */
export type Gate = Int32Array<SharedArrayBuffer>;

const atWork = 0;
const closed = 1;
const longest = 10_000; // milliseconds

export const newGate = (): Gate => new Int32Array(new SharedArrayBuffer(8));

/** Does some work of native code in the thread. @throws Error where the process is about to end */
export async function through<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  Atomics.store(gate, atWork, 1);
  try {
    if (Atomics.load(gate, closed) === 1) throw new Error('the process ends');
    return await work();
  } finally {
    Atomics.store(gate, atWork, 0);
    Atomics.notify(gate, atWork);
  }
}

/**
 * Lets no work begin any more, and blocks until what is under way is done, for 10 s at most. As a process ends it ends its threads, and
 * one that onnxruntime, say, is at work in then aborts the process, whatever code it was to end with.
 */
export function closeGate(gate: Gate): void {
  Atomics.store(gate, closed, 1);
  const end = performance.now() + longest;
  for (let left = longest; left > 0 && Atomics.load(gate, atWork) === 1; left = end - performance.now())
    Atomics.wait(gate, atWork, 1, left);
}
