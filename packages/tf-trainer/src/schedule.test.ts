import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { learningRateAt, schedules, type ScheduleName } from './schedule.ts';

const base = { learningRate: 0.5, steps: 100, warmUpSteps: 0, decayRate: 0.1, decaySteps: 25 };
const at = (schedule: ScheduleName, step: number, more = {}) => learningRateAt({ ...base, schedule, ...more }, step);

test('each schedule has the values of its formula', () => {
  expect([1, 50, 100].map((step) => at('constant', step))).toEqual([0.5, 0.5, 0.5]);
  expect([1, 51, 76].map((step) => at('cosine', step))).toEqual([0.5, 0.25, (0.5 * (1 + Math.cos(0.75 * Math.PI))) / 2]);
  expect([1, 25, 26, 76].map((step) => at('step', step))).toEqual([0.5, 0.5, 0.05, 0.5 * 0.1 ** 3]);
  expect(at('exponential', 26)).toBeCloseTo(0.05, 12);
  expect(at('exponential', 13.5)).toBeCloseTo(0.5 * Math.sqrt(0.1), 12);
});

test('a warm-up grows in equal parts, and the schedule begins behind it', () => {
  expect([1, 2, 4, 5, 6].map((step) => at('cosine', step, { warmUpSteps: 4 }))).toEqual([
    0.125,
    0.25,
    0.5,
    0.5,
    0.5 * ((1 + Math.cos(Math.PI / 96)) / 2),
  ]);
});

test('behind the warm-up no rate is above the one before it, and none is below 0', () => {
  const options = fc.record({
    steps: fc.integer({ min: 1, max: 300 }),
    warmUpSteps: fc.nat(50),
    decaySteps: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(schedules) as ScheduleName[])), options, (schedule, options) => {
      for (let step = options.warmUpSteps + 1; step < options.steps; step++) {
        expect(at(schedule, step + 1, options)).toBeLessThanOrEqual(at(schedule, step, options));
        expect(at(schedule, step + 1, options)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
