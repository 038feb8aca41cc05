/** What waits to be sent: an entry, what it holds in bytes, and how often a sink has answered it with an error. */
export type Queued<T> = { readonly entry: T; readonly bytes: number; tries: number };

/**
 * A queue with a bound on its entries and on their bytes. What was taken keeps its room until it is `done`, so that what is being sent counts.
 */
export type EventQueue<T> = {
  fits(bytes: number): boolean;
  /** @returns false where there is no room */
  offer(entry: T, bytes: number): boolean;
  /** The oldest, up to `most` and about `mostBytes`; at least one where there is any. */
  take(most: number, mostBytes: number): Queued<T>[];
  /** To the front again. */
  putBack(entries: readonly Queued<T>[]): void;
  done(entries: readonly Queued<T>[]): void;
  /** Entries that wait, those that were taken left out. */
  readonly waiting: number;
  /** Entries that have room, those that were taken among them. */
  readonly held: number;
  readonly bytes: number;
};

export function eventQueue<T>(maxEntries: number, maxBytes: number): EventQueue<T> {
  let queue: Queued<T>[] = [];
  let head = 0; // before it, all were taken
  let held = 0;
  let bytes = 0;
  const fits = (more: number): boolean => held < maxEntries && bytes + more <= maxBytes;
  return {
    fits,
    offer(entry, size) {
      if (!fits(size)) return false;
      queue.push({ entry, bytes: size, tries: 0 });
      held++;
      bytes += size;
      return true;
    },
    take(most, mostBytes) {
      const taken: Queued<T>[] = [];
      for (let sum = 0; head < queue.length && taken.length < most; head++) {
        const next = queue[head] as Queued<T>;
        sum += next.bytes;
        if (taken.length > 0 && sum > mostBytes) break;
        taken.push(next);
        queue[head] = undefined as never;
      }
      if (head > 1024 || head === queue.length) {
        queue = queue.slice(head);
        head = 0;
      }
      return taken;
    },
    putBack(entries) {
      queue = [...entries, ...queue.slice(head)];
      head = 0;
    },
    done(entries) {
      held -= entries.length;
      for (const entry of entries) bytes -= entry.bytes;
    },
    get waiting() {
      return queue.length - head;
    },
    get held() {
      return held;
    },
    get bytes() {
      return bytes;
    },
  };
}
