import { array, assert, constantFrom, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { armHealth } from './arm-health.ts';

/** Three arms, a clock that is set by hand, and answers to how they are. */
function subject(count = 3) {
  const world = { time: 0, well: true, asked: [] as number[], told: [] as string[] };
  const ask = async (arm: number): Promise<boolean> => {
    world.asked.push(arm);
    return world.well;
  };
  const health = armHealth(count, ask, {
    now: () => world.time,
    onOut: ({ arm, forMs }) => world.told.push(`${arm} out for ${forMs}`),
    onBack: (arm) => world.told.push(`${arm} back`),
  });
  const fail = (arm: number, times: number): void => {
    for (let failed = 0; failed < times; failed++) health.failed(arm);
  };
  /** What is open after the questions that this asks are answered. */
  const later = async (milliseconds: number): Promise<readonly number[] | undefined> => {
    world.time += milliseconds;
    health.open();
    await new Promise((resolve) => setImmediate(resolve));
    return health.open();
  };
  return { world, health, fail, later };
}

test('three failures in a row leave an arm out; an answer between them begins anew', () => {
  const { health, fail } = subject();
  fail(1, 2);
  health.answered(1);
  fail(1, 2);
  expect(health.open()).toBeUndefined();
  fail(1, 1);
  expect(health.open()).toEqual([0, 2]);
});

test('it is asked how it is when its time is up, not before, and once', async () => {
  const { world, fail, later } = subject();
  fail(1, 3);
  expect(await later(999)).toEqual([0, 2]);
  expect(world.asked).toEqual([]);
  world.well = false;
  expect(await later(1)).toEqual([0, 2]);
  expect(await later(999)).toEqual([0, 2]);
  expect(world.asked).toEqual([1]);
  world.well = true;
  expect(await later(1)).toBeUndefined();
  expect(world.asked).toEqual([1, 1]);
});

test('on trial one failure puts it out for twice as long, up to half a minute; an answer ends the trial', async () => {
  const { world, health, fail, later } = subject();
  fail(1, 3);
  for (const forMs of [2, 4, 8, 16, 30, 30].map((seconds) => seconds * 1000)) {
    expect(await later(30_000)).toBeUndefined();
    health.failed(1);
    expect(world.told.at(-1)).toBe(`1 out for ${forMs}`);
    expect(await later(forMs - 1)).toEqual([0, 2]);
  }
  expect(await later(1)).toBeUndefined();
  health.answered(1);
  expect(world.told.at(-1)).toBe('1 back');
  fail(1, 3);
  expect(world.told.at(-1)).toBe('1 out for 1000');
});

test('when none is well, none is left out', () => {
  const { health, fail } = subject();
  for (const arm of [0, 1, 2]) fail(arm, 3);
  expect(health.open()).toBeUndefined();
  health.answered(2);
  expect(health.open()).toEqual([2]);
});

test('an arm that answers while it is asked is back at once', async () => {
  const { world, health, fail } = subject();
  fail(1, 3);
  world.time = 1000;
  world.well = false;
  health.open();
  health.answered(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(health.open()).toBeUndefined();
});

test('whatever happens, something is open, in order, and time brings every arm that is well back', async () => {
  const event = tuple(constantFrom('failed', 'answered'), integer({ min: 0, max: 2 }), integer({ min: 0, max: 3000 }));
  const check = (events: readonly (readonly [string, number, number])[]) => {
    const { world, health, later } = subject();
    for (const [what, arm, wait] of events) {
      world.time += wait;
      if (what === 'failed') health.failed(arm);
      else health.answered(arm);
      const open = health.open();
      if (open === undefined) continue;
      expect(open.length).toBeGreaterThan(0);
      expect(open).toEqual([...new Set(open)].toSorted());
      expect(open.length).toBeLessThan(3);
      if (what === 'answered') expect(open).toContain(arm);
    }
    return later(30_000);
  };
  const ends: Promise<readonly number[] | undefined>[] = [];
  assert(property(array(event, { maxLength: 40 }), (events) => void ends.push(check(events))));
  for (const open of await Promise.all(ends)) expect(open).toBeUndefined();
});
