import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { epsilonGreedy } from '@switchyard/experiment';
import { InferenceError } from '@switchyard/protocol';
import { memoryState, microsOf } from './arm-state.ts';
import { learned } from './learned.ts';

test.each([
  [0, 5, 0],
  [1, 1, 1_000_000],
  [0.1, 3, 300_000],
  [1 / 3, 3, 1_000_000],
  [-0.25, 2, -500_000],
  [1e-7, 1, 0],
  [-1e-7, 1, 0],
  [1e9, 1, 1e15],
])('a mean reward of %d for %d rows is %d millionths', (reward, rows, micros) => {
  expect(microsOf(reward, rows)).toBe(micros);
});

test('a reward beyond the limit is refused, with the limit', () => {
  const refused = (): number => microsOf(-600_000_000, 2);
  expect(refused).toThrow(InferenceError);
  expect(refused).toThrow('the reward -600000000 for 2 rows is beyond ±1000000000, the most that is kept; scale it');
});

test('learning from sums is as learning from each reward, by name, and arms that the graph lacks are kept', async () => {
  const reward = fc.record({
    arm: fc.constantFrom('a', 'b', 'gone'),
    rows: fc.integer({ min: 1, max: 9 }),
    units: fc.integer({ min: -9, max: 9 }),
  });
  const policy = epsilonGreedy();
  await fc.assert(
    fc.asyncProperty(fc.array(reward), async (rewards) => {
      const kept = memoryState();
      const state = learned(policy, ['b', 'a'], kept);
      let expected = policy.initial(2);
      for (const { arm, rows, units } of rewards) {
        await kept.append({ arm, rows, micros: units * 1_000_000 });
        if (arm !== 'gone') expected = policy.learn(expected, { arm: ['b', 'a'].indexOf(arm), rows, sum: units });
        expect(state()).toEqual(expected);
      }
      expect(kept.totals().has('gone')).toBe(rewards.some(({ arm }) => arm === 'gone'));
    }),
  );
});

test('the state is made anew only when something changed', async () => {
  const kept = memoryState();
  const state = learned(epsilonGreedy(), ['a'], kept);
  const before = state();
  expect(state()).toBe(before);
  await kept.append({ arm: 'a', rows: 1, micros: 0 });
  expect(state()).not.toBe(before);
});
