import { type Arm, checkOpen, newArms, reward } from './arm.ts';
import type { Choice, Policy } from './policy.ts';

/**
 * Splits at random between two arms, `ratioA` of the requests to the first; all to the other where only one is open. Rewards are counted and
 * change nothing.
 *
 * @example
 *     const policy = randomAbTest(0.5);
 *     policy.choose(policy.initial(2), seededRandom(1));   // { arm: 0 or 1, propensity: 0.5 }
 * @throws RangeError where `ratioA` is not within 0..1, or the arms are not two.
 */
export function randomAbTest(ratioA = 0.5): Policy<readonly Arm[]> {
  if (!(ratioA >= 0 && ratioA <= 1)) throw new RangeError(`ratioA is ${ratioA}; it must be within 0..1`);
  return {
    initial(arms) {
      if (arms !== 2) throw new RangeError(`an A-B test has exactly 2 arms, not ${arms}`);
      return newArms(arms);
    },
    choose(_state, random, open): Choice {
      if (open !== undefined) checkOpen(open, 2);
      if (open?.length === 1) return { arm: open[0] as number, propensity: 1 };
      return random() < ratioA ? { arm: 0, propensity: ratioA } : { arm: 1, propensity: 1 - ratioA };
    },
    learn: reward,
  };
}
