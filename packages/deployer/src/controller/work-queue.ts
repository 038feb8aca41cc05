import { type Backoff, backoffMs, usualBackoff } from './backoff.ts';

/** What a key's work ends with: look at it again after so many ms, or not before something happens. */
export type Outcome = { readonly againMs?: number } | undefined | void;

export type QueueOptions = {
  readonly work: (key: string) => Promise<Outcome>;
  readonly onError: (key: string, error: unknown, retryMs: number) => void;
  /** Keys that are worked on at once. */
  readonly workers: number;
  readonly backoff?: Backoff;
};

/**
 * Work by key, as the controllers of Kubernetes have it: a key waits once however often it is added, is never worked on twice at the same
 * time, and comes again if it was added while it was worked on. Work that fails is repeated with growing waits.
 */
export interface WorkQueue {
  add(key: string): void;
  /** Keys that wait for a worker. */
  depth(): number;
  /** Starts to work: what was added before has waited. */
  start(): void;
  /** Takes up nothing more, and forgets all waits. Resolves when the work under way has ended. */
  stop(): Promise<void>;
}

export function createWorkQueue({ work, onError, workers, backoff = usualBackoff }: QueueOptions): WorkQueue {
  const waiting = new Set<string>();
  const active = new Set<string>();
  const timers = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  const failures = new Map<string, number>();
  let running = false;
  let idle = (): void => {};

  function add(key: string): void {
    clearTimeout(timers.get(key)?.timer);
    timers.delete(key);
    waiting.add(key);
    take();
  }

  /** Of two waits for the same key the shorter counts. */
  function addLater(key: string, ms: number): void {
    if (!running || waiting.has(key)) return;
    const due = performance.now() + ms;
    const before = timers.get(key);
    if (before !== undefined && before.due <= due) return;
    clearTimeout(before?.timer);
    timers.set(key, { timer: setTimeout(() => add(key), ms), due });
  }

  function take(): void {
    if (!running) return;
    for (const key of waiting) {
      if (active.size >= workers) return;
      if (active.has(key)) continue; // it comes when its work has ended
      waiting.delete(key);
      active.add(key);
      void perform(key);
    }
  }

  async function perform(key: string): Promise<void> {
    try {
      const outcome = await work(key);
      failures.delete(key);
      if (outcome?.againMs !== undefined) addLater(key, outcome.againMs);
    } catch (error) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      const ms = backoffMs(count, backoff);
      onError(key, error, ms);
      addLater(key, ms);
    } finally {
      active.delete(key);
      if (active.size === 0) idle();
      take();
    }
  }

  return {
    add,
    depth: () => waiting.size,
    start() {
      running = true;
      take();
    },
    async stop() {
      running = false;
      for (const { timer } of timers.values()) clearTimeout(timer);
      timers.clear();
      failures.clear();
      if (active.size > 0) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}
