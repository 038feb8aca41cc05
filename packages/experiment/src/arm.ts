import type { Reward } from './policy.ts';

/** What is known of one arm: answers that were rewarded (with 0, too), and the sum of their rewards. */
export type Arm = { readonly tries: number; readonly reward: number };

/** Arms of which nothing is known. */
export function newArms(count: number): Arm[] {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`a policy chooses between 1 or more arms, not ${count}`);
  return Array.from({ length: count }, () => ({ tries: 0, reward: 0 }));
}

/**
 * The arms after a reward; fractions count in full.
 * @throws RangeError for an arm that there is not, rows that are not a whole number ≥ 1, or a sum that is not a finite number.
 */
export function reward(arms: readonly Arm[], { arm, rows, sum }: Reward): Arm[] {
  if (!Number.isSafeInteger(arm) || arm < 0 || arm >= arms.length)
    throw new RangeError(`there is no arm ${arm}; the arms are 0..${arms.length - 1}`);
  if (!Number.isSafeInteger(rows) || rows < 1) throw new RangeError(`a reward is for 1 or more rows, not ${rows}`);
  if (!Number.isFinite(sum)) throw new RangeError(`a reward is a finite number, not ${sum}`);
  return arms.map((each, index) => (index === arm ? { tries: each.tries + rows, reward: each.reward + sum } : each));
}

/** Reward per answer; undefined where there was none. */
export function meanReward(arm: Arm): number | undefined {
  return arm.tries === 0 ? undefined : arm.reward / arm.tries;
}

/**
 * Holds a choice to the arms that there are.
 * @throws RangeError where none is open, one is not there, or they are not in ascending order.
 */
export function checkOpen(open: readonly number[], count: number): void {
  if (open.length === 0) throw new RangeError(`a policy chooses between 1 or more open arms, not 0 of ${count}`);
  for (const [index, arm] of open.entries())
    if (!Number.isSafeInteger(arm) || arm < 0 || arm >= count || arm <= (open[index - 1] ?? -1))
      throw new RangeError(`the open arms are ${open.join(', ')}; they must be some of 0..${count - 1}, in ascending order`);
}
