import { array, assert, constantFrom, double, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epsilonGreedy } from './epsilon-greedy.ts';
import { seededRandom } from './random.ts';

/** Plays `rounds` requests against arms that succeed with the given probabilities; how often each arm was chosen. */
function simulate(success: readonly number[], rounds: number, seed: number, epsilon = 0.1): number[] {
  const policy = epsilonGreedy({ epsilon });
  const random = seededRandom(seed);
  const chosen = success.map(() => 0);
  let state = policy.initial(success.length);
  for (let round = 0; round < rounds; round++) {
    const { arm } = policy.choose(state, random);
    chosen[arm] = (chosen[arm] as number) + 1;
    state = policy.learn(state, { arm, rows: 1, sum: random() < (success[arm] as number) ? 1 : 0 });
  }
  return chosen;
}

describe('choosing', () => {
  test('the stated propensities are those of the draws, and add up to 1 over the arms', () => {
    for (const [count, best, epsilon] of [
      [2, 0, 0.1],
      [3, 2, 0.2],
      [5, 1, 1],
    ] as const) {
      const policy = epsilonGreedy({ epsilon, bestBranch: best });
      const random = seededRandom(count);
      const state = policy.initial(count);
      const drawn = new Map<number, { times: number; propensity: number }>();
      for (let round = 0; round < 20_000; round++) {
        const { arm, propensity } = policy.choose(state, random);
        drawn.set(arm, { times: (drawn.get(arm)?.times ?? 0) + 1, propensity });
      }
      const stated = [...drawn.values()].reduce((sum, { propensity }) => sum + propensity, 0);
      expect(stated).toBeCloseTo(1, 12);
      for (const { times, propensity } of drawn.values())
        expect(Math.abs(times - 20_000 * propensity)).toBeLessThanOrEqual(5 * Math.sqrt(20_000 * propensity * (1 - propensity)));
    }
  });

  test('exploring never draws the best arm', () => {
    const policy = epsilonGreedy({ epsilon: 1, bestBranch: 1 });
    const random = seededRandom(0);
    const arms = Array.from({ length: 1000 }, () => policy.choose(policy.initial(3), random).arm);
    expect(new Set(arms)).toEqual(new Set([0, 2]));
  });

  test('epsilon 0 never explores, whatever is drawn', () => {
    expect(epsilonGreedy({ epsilon: 0 }).choose(epsilonGreedy().initial(2), () => 0)).toEqual({ arm: 0, propensity: 1 });
  });

  test('one arm alone is always chosen', () => {
    const policy = epsilonGreedy({ epsilon: 1 });
    expect(policy.choose(policy.initial(1), seededRandom(0))).toEqual({ arm: 0, propensity: 1 });
  });

  test('best branch 0 is a branch like any other', () => {
    expect(epsilonGreedy({ bestBranch: 0 }).initial(3).best).toBe(0);
    expect(epsilonGreedy({ bestBranch: 2 }).initial(3).best).toBe(2);
  });
});

describe('choosing where not all arms are open', () => {
  const arms = array(record({ tries: integer({ min: 0, max: 9 }), reward: double({ min: 0, max: 9, noNaN: true }) }), {
    minLength: 2,
    maxLength: 6,
  });

  test('a shut arm is never drawn, and the others as if it did not exist: the same draws, the same propensities', () => {
    assert(
      property(arms, integer({ min: 1, max: 62 }), integer(), double({ min: 0, max: 1, noNaN: true }), (all, mask, seed, epsilon) => {
        const open = all.flatMap((_, arm) => ((mask >> arm) & 1 ? [arm] : []));
        if (open.length === 0) return;
        const policy = epsilonGreedy({ epsilon });
        const rewarded = (indices: readonly number[]) =>
          indices.reduce((state, arm, at) => {
            const { tries, reward } = all[arm] as { tries: number; reward: number };
            return tries === 0 ? state : policy.learn(state, { arm: at, rows: tries, sum: reward });
          }, policy.initial(indices.length));
        const whole = rewarded(all.map((_, arm) => arm));
        const few = rewarded(open);
        const [one, two] = [seededRandom(seed), seededRandom(seed)];
        for (let times = 0; times < 20; times++) {
          const chosen = policy.choose(whole, one, open);
          const expected = policy.choose(few, two);
          expect(chosen).toEqual({ arm: open[expected.arm], propensity: expected.propensity });
        }
      }),
    );
  });

  test('all arms open is the same as none named', () => {
    const policy = epsilonGreedy({ epsilon: 0.5, bestBranch: 1 });
    const [one, two] = [seededRandom(3), seededRandom(3)];
    for (let times = 0; times < 100; times++)
      expect(policy.choose(policy.initial(3), one, [0, 1, 2])).toEqual(policy.choose(policy.initial(3), two));
  });

  test('no open arm, or one that there is not, is refused by name', () => {
    const policy = epsilonGreedy();
    const state = policy.initial(2);
    expect(() => policy.choose(state, () => 0, [])).toThrow('1 or more open arms, not 0 of 2');
    for (const open of [[2], [1, 0], [0, 0], [0.5], [-1]])
      expect(() => policy.choose(state, () => 0, open)).toThrow(`the open arms are ${open.join(', ')}; they must be some of 0..1`);
  });
});

describe('learning', () => {
  test('fractional rewards count in full', () => {
    const policy = epsilonGreedy();
    const state = policy.learn(policy.initial(2), { arm: 0, rows: 100, sum: 0.29 * 100 });
    expect(state.arms[0]).toEqual({ tries: 100, reward: 0.29 * 100 });
    expect(policy.learn(state, { arm: 1, rows: 1, sum: 0.999 }).arms[1]).toEqual({ tries: 1, reward: 0.999 });
  });

  test('the best arm is the first of those with the highest (rewards + 1) / (answers + 1)', () => {
    const rewards = array(
      record({ arm: integer({ min: 0, max: 3 }), rows: integer({ min: 1, max: 9 }), sum: double({ min: 0, max: 9, noNaN: true }) }),
    );
    assert(
      property(rewards, constantFrom(0, 1, 2, 3), (given, bestBranch) => {
        const policy = epsilonGreedy({ bestBranch });
        const state = given.reduce(policy.learn, policy.initial(4));
        if (given.length === 0) {
          expect(state.best).toBe(bestBranch);
          return;
        }
        const values = state.arms.map((arm) => (arm.reward + 1) / (arm.tries + 1));
        expect(state.best).toBe(values.indexOf(Math.max(...values)));
        for (const arm of [0, 1, 2, 3]) {
          const own = given.filter((each) => each.arm === arm);
          expect(state.arms[arm]?.tries).toBe(own.reduce((sum, each) => sum + each.rows, 0));
        }
      }),
    );
  });

  test('the order of rewards does not matter: any other order teaches the same', () => {
    // Sums of eighths are exact, so that equality is equality; in the router sums are whole millionths.
    const eighths = record({ arm: integer({ min: 0, max: 2 }), rows: integer({ min: 1, max: 9 }), sum: integer({ min: 0, max: 72 }) });
    assert(
      property(array(eighths, { minLength: 1, maxLength: 30 }), integer(), (given, seed) => {
        const policy = epsilonGreedy();
        const random = seededRandom(seed);
        const rewards = given.map((each) => ({ ...each, sum: each.sum / 8 }));
        const shuffled = rewards.map((each) => ({ each, at: random() })).toSorted((a, b) => a.at - b.at);
        expect(shuffled.map(({ each }) => each).reduce(policy.learn, policy.initial(3))).toEqual(
          rewards.reduce(policy.learn, policy.initial(3)),
        );
      }),
    );
  });

  test('a reward of 0 makes an arm worse', () => {
    const policy = epsilonGreedy();
    expect(policy.learn(policy.initial(2), { arm: 0, rows: 1, sum: 0 }).best).toBe(1);
  });

  test('the state is not changed in place', () => {
    const policy = epsilonGreedy();
    const before = policy.initial(2);
    policy.learn(before, { arm: 0, rows: 1, sum: 0 });
    expect(before).toEqual(policy.initial(2));
  });

  test.each([1, 2, 3, 4, 5])('finds the better of two arms from seed %i', (seed) => {
    const [bad, good] = simulate([0.2, 0.9], 2000, seed) as [number, number];
    expect(good).toBeGreaterThan(1700);
    expect(bad).toBeGreaterThan(100); // it goes on trying
  });

  test('finds the best of three arms', () => {
    expect(simulate([0.5, 0.6, 0.95], 3000, 11, 0.2)[2]).toBeGreaterThan(2200);
  });
});

test('what is out of range is refused by name and value', () => {
  expect(() => epsilonGreedy({ epsilon: -0.1 })).toThrow('epsilon is -0.1');
  expect(() => epsilonGreedy({ epsilon: Number.NaN })).toThrow('epsilon is NaN');
  expect(() => epsilonGreedy({ bestBranch: 2 }).initial(2)).toThrow('best branch is 2; the arms are 0..1');
  const policy = epsilonGreedy();
  const state = policy.initial(2);
  expect(() => policy.initial(0)).toThrow('1 or more arms, not 0');
  expect(() => policy.learn(state, { arm: 2, rows: 1, sum: 1 })).toThrow('no arm 2; the arms are 0..1');
  expect(() => policy.learn(state, { arm: 0, rows: 0, sum: 1 })).toThrow('1 or more rows, not 0');
  expect(() => policy.learn(state, { arm: 0, rows: 1, sum: Number.NaN })).toThrow('finite number, not NaN');
});
