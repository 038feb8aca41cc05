import { type Arm, checkOpen, newArms, reward } from './arm.ts';
import type { Choice, Policy, Random } from './policy.ts';

/** What the bandit knows; plain data. */
export type EpsilonGreedyState = {
  readonly arms: readonly Arm[];
  /** The arm that is preferred at present. */
  readonly best: number;
};

export type EpsilonGreedyOptions = {
  /** Share of the requests that try another arm than the best, 0..1. */
  readonly epsilon?: number;
  /** The arm to prefer before the first reward. */
  readonly bestBranch?: number;
};

/**
 * The ε-greedy bandit as Seldon's `mab_epsilon_greedy` 1.1 plays it (R. Sutton, A. Barto: Reinforcement Learning, 2nd ed., 2.2, with optimistic
 * values, 2.6): an arm's value is (rewards + 1) / (answers + 1), so that an arm never tried is worth 1; the best is the first of the highest;
 * exploring draws evenly among the others, never the best. Unlike there, fractional rewards count in full and one arm alone is fine. Where not
 * all arms are open, it plays the same among those that are.
 *
 * @throws RangeError where `epsilon` is not within 0..1, or `bestBranch` is not one of the arms.
 */
export function epsilonGreedy({ epsilon = 0.1, bestBranch = 0 }: EpsilonGreedyOptions = {}): Policy<EpsilonGreedyState> {
  if (!(epsilon >= 0 && epsilon <= 1)) throw new RangeError(`epsilon is ${epsilon}; it must be within 0..1`);
  return {
    initial(count) {
      const arms = newArms(count);
      if (!Number.isSafeInteger(bestBranch) || bestBranch < 0 || bestBranch >= count)
        throw new RangeError(`the best branch is ${bestBranch}; the arms are 0..${count - 1}`);
      return { arms, best: bestBranch };
    },
    choose(state, random, open) {
      if (open === undefined) return draw(state.arms.length, state.best, epsilon, random);
      checkOpen(open, state.arms.length);
      const best = open.indexOf(state.best);
      const preferred = best >= 0 ? best : indexOfHighest(open.map((arm) => value(state.arms[arm] as Arm)));
      const { arm, propensity } = draw(open.length, preferred, epsilon, random);
      return { arm: open[arm] as number, propensity };
    },
    learn(state, given) {
      const arms = reward(state.arms, given);
      return { arms, best: indexOfHighest(arms.map(value)) };
    },
  };
}

/** The best of `count`, or at times one of the others, evenly. */
function draw(count: number, best: number, epsilon: number, random: Random): Choice {
  const others = count - 1;
  if (others === 0) return { arm: 0, propensity: 1 };
  if (random() >= epsilon) return { arm: best, propensity: 1 - epsilon };
  const drawn = Math.floor(random() * others);
  return { arm: drawn < best ? drawn : drawn + 1, propensity: epsilon / others };
}

const value = (arm: Arm): number => (arm.reward + 1) / (arm.tries + 1);

function indexOfHighest(values: readonly number[]): number {
  let best = 0;
  for (const [index, each] of values.entries()) if (each > (values[best] as number)) best = index;
  return best;
}
