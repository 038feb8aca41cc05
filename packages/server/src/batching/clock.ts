/** Time, as a batcher needs it, so that its tests do not wait for any. */
export type Clock = {
  /** In milliseconds, from any beginning. */
  now(): number;
  /** Runs `work` as soon as what the event loop has already read is dealt with. */
  soon(work: () => void): void;
  /** Runs `work` after a time. @returns a way to stop that */
  later(work: () => void, milliseconds: number): () => void;
};

export const systemClock: Clock = {
  now: () => performance.now(),
  soon: (work) => void setImmediate(work),
  later(work, milliseconds) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};
