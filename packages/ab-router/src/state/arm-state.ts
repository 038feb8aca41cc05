import { InferenceError, type CallSignal } from '@switchyard/protocol';
import type { NotReady } from '@switchyard/server';

/**
 * What is known of one arm: how many of its answers were rewarded, and the sum of their rewards in millionths. Whole numbers, so that
 * sums do not depend on the order in which replicas add to them, and a file and Redis agree to the last digit.
 */
export type ArmSums = { readonly rows: number; readonly micros: number };

/** A reward for `rows` answers of one arm, which is known by its name, so that what was learned outlives a change of the graph. */
export type ArmReward = ArmSums & { readonly arm: string };

export type Totals = ReadonlyMap<string, ArmSums>;

/** What a bandit has learned, and where it is kept. */
export type ArmState = {
  /** As it is known here: never waits. Another object whenever something changed, be it by this process or another. */
  totals(): Totals;
  /**
   * Resolves when the reward is where it outlives this process, and is in `totals()`. Rejected: the reward does not count, unless the
   * message says that it may.
   * @throws InferenceError UNAVAILABLE
   */
  append(reward: ArmReward, signal?: CallSignal): Promise<void>;
  /** Not ready until what was learned before is known: a fresh replica is not to explore from nothing. */
  ready(): true | NotReady;
  close(): Promise<void>;
};

/** State that cannot be opened or read; its message names what and where. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

export const microsPerUnit = 1_000_000;
const mostMicros = 1e15;

/**
 * A mean reward of so many rows, as it is kept: rounded to a millionth.
 * @throws InferenceError INVALID_ARGUMENT beyond ±1,000,000,000 for all rows together
 */
export function microsOf(reward: number, rows: number): number {
  const micros = Math.round(reward * rows * microsPerUnit) + 0; // no −0
  if (Math.abs(micros) <= mostMicros) return micros;
  const limit = mostMicros / microsPerUnit;
  throw new InferenceError(
    'INVALID_ARGUMENT',
    `the reward ${reward} for ${rows} rows is beyond ±${limit}, the most that is kept; scale it`,
  );
}

/** The totals with these rewards in them. */
export function withRewards(totals: Totals, rewards: Iterable<ArmReward>): Totals {
  const sums = new Map(totals);
  for (const { arm, rows, micros } of rewards) {
    const before = sums.get(arm);
    sums.set(arm, { rows: (before?.rows ?? 0) + rows, micros: (before?.micros ?? 0) + micros });
  }
  return sums;
}

/** Remembers as long as the process lives. */
export function memoryState(): ArmState {
  let totals: Totals = new Map();
  return {
    totals: () => totals,
    append: async (reward) => void (totals = withRewards(totals, [reward])),
    ready: () => true,
    close: async () => {},
  };
}
