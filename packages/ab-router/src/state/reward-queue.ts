import { InferenceError, type CallSignal } from '@switchyard/protocol';
import { type ArmReward, type Totals, withRewards } from './arm-state.ts';

/** A reward on its way, and who waits for it. */
type Waiting = { readonly reward: ArmReward; readonly until: number; settle(error?: InferenceError): void };

/** Rewards that go together, under one number. */
export type Batch = {
  readonly number: number;
  readonly sums: Totals;
  /** Tells all who wait for it what became of it. */
  settle(error?: InferenceError): void;
};

/** Rewards that wait for their store, oldest first. One batch of them is under way at a time. */
export type RewardQueue = {
  /** Resolves when the reward's batch is settled without an error. */
  add(reward: ArmReward, signal?: CallSignal): Promise<void>;
  /** The batch that is under way, else the next one of all that wait; undefined: there is nothing to do. */
  batch(): Batch | undefined;
  /** Refuses all whose time is up. */
  expire(): void;
  /** Refuses all. */
  close(): void;
};

export type QueueLimits = {
  /** Rewards that may wait at once. */
  readonly most: number;
  /** How long one may wait. */
  readonly waitMs: number;
  /** What they wait for, as the subject of a sentence's middle: "its state's store, redis://…, is away". */
  why(): string;
};

const batchRows = 1000; // keeps a script short, and its sums within 64 bits

/**
 * A bounded queue of rewards. Those that are refused before they were sent do not count, and the message says so; of those whose batch is
 * under way nobody can say it.
 */
export function rewardQueue({ most, waitMs, why }: QueueLimits): RewardQueue {
  const waiting = new Set<Waiting>();
  let sent = new Set<Waiting>();
  let current: Batch | undefined;
  let number = 0;

  const refuse = (each: Waiting): void => each.settle(unavailable(`this reward does not count, send it again: ${why()}`));
  const leave = (each: Waiting): void => each.settle(unavailable(`whether this reward counts is not known: ${why()}`));

  function begin(): Batch | undefined {
    if (waiting.size === 0) return undefined;
    sent = new Set([...waiting].slice(0, batchRows));
    for (const each of sent) waiting.delete(each);
    const sums = withRewards(
      new Map(),
      [...sent].map(({ reward }) => reward),
    );
    return {
      number: ++number,
      sums,
      settle(error) {
        current = undefined;
        for (const each of sent) each.settle(error);
      },
    };
  }

  return {
    async add(reward, signal) {
      signal?.throwIfAborted();
      const size = waiting.size + sent.size;
      if (size >= most)
        throw unavailable(`this reward does not count, send it again later: ${size} wait, the most that may, since ${why()}`);
      await new Promise<void>((resolve, reject) => {
        const gone = (): void => each.settle(signal?.reason as InferenceError);
        const each: Waiting = {
          reward,
          until: performance.now() + waitMs,
          settle(error) {
            signal?.removeEventListener('abort', gone);
            waiting.delete(each);
            sent.delete(each);
            if (error === undefined) resolve();
            else reject(error);
          },
        };
        signal?.addEventListener('abort', gone);
        waiting.add(each);
      });
    },
    batch: () => (current ??= begin()),
    expire() {
      const now = performance.now();
      for (const [set, tell] of [[sent, leave] as const, [waiting, refuse] as const])
        for (const each of set) {
          if (each.until > now) break; // those behind it came later
          tell(each);
        }
    },
    close() {
      for (const each of waiting) refuse(each);
      for (const each of sent) leave(each);
    },
  };
}

const unavailable = (message: string): InferenceError => new InferenceError('UNAVAILABLE', message);
