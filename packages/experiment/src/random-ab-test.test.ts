import { assert, double, property } from 'fast-check';
import { expect, test } from 'vitest';
import { meanReward } from './arm.ts';
import { randomAbTest } from './random-ab-test.ts';
import { seededRandom } from './random.ts';

test('the first arm gets ratioA of the requests, within five standard deviations', () => {
  for (const ratioA of [0, 0.1, 0.5, 0.9, 1]) {
    const policy = randomAbTest(ratioA);
    const random = seededRandom(7);
    const state = policy.initial(2);
    let first = 0;
    for (let request = 0; request < 10_000; request++) if (policy.choose(state, random).arm === 0) first++;
    expect(Math.abs(first - 10_000 * ratioA)).toBeLessThanOrEqual(5 * Math.sqrt(10_000 * ratioA * (1 - ratioA)));
  }
});

test('a choice states how likely it was', () => {
  assert(
    property(double({ min: 0, max: 1, noNaN: true }), double({ min: 0, max: 0.999, noNaN: true }), (ratioA, drawn) => {
      const { arm, propensity } = randomAbTest(ratioA).choose([], () => drawn);
      expect(arm).toBe(drawn < ratioA ? 0 : 1);
      expect(propensity).toBe(arm === 0 ? ratioA : 1 - ratioA);
    }),
  );
});

test('where one arm is open, all goes there, and nothing is drawn', () => {
  const policy = randomAbTest(0.9);
  const never = (): number => {
    throw new Error('drawn');
  };
  expect(policy.choose([], never, [1])).toEqual({ arm: 1, propensity: 1 });
  expect(policy.choose([], () => 0.95, [0, 1])).toEqual({ arm: 1, propensity: 1 - 0.9 });
  expect(() => policy.choose([], never, [])).toThrow('1 or more open arms');
});

test('a reward of 0 counts as an answer', () => {
  const policy = randomAbTest();
  const state = policy.learn(policy.learn(policy.initial(2), { arm: 1, rows: 1, sum: 0 }), { arm: 1, rows: 3, sum: 1.5 });
  expect(state).toEqual([
    { tries: 0, reward: 0 },
    { tries: 4, reward: 1.5 },
  ]);
  expect(state.map(meanReward)).toEqual([undefined, 0.375]);
});

test('what is out of range is refused by name and value', () => {
  expect(() => randomAbTest(1.1)).toThrow('ratioA is 1.1');
  expect(() => randomAbTest(Number.NaN)).toThrow('ratioA is NaN');
  expect(() => randomAbTest().initial(3)).toThrow('exactly 2 arms, not 3');
});
