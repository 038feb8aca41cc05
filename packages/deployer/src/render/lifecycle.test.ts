import { assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { grace, lifecycle, routerDrain } from './lifecycle.ts';

const plan = (terminationGracePeriodSeconds?: number) => ({ podSpec: { terminationGracePeriodSeconds } });
const waitOf = (part: 'router' | 'unit', its: ReturnType<typeof plan>): number =>
  (lifecycle(part, its) as { preStop: { sleep: { seconds: number } } }).preStop.sleep.seconds;

// What a server does after SIGTERM: packages/server/src/serve.ts.
const parting = 2;
const unitDrain = 15;

test('whatever grace a manifest has, units outlast the router, and the grace outlasts both', () => {
  assert(
    property(nat(600), (written) => {
      const its = plan(written);
      const routerGone = waitOf('router', its) + parting + routerDrain(its);
      expect(waitOf('unit', its)).toBeGreaterThanOrEqual(routerGone);
      expect(grace(its)).toBeGreaterThan(waitOf('unit', its) + parting + unitDrain);
      expect(grace(its)).toBeGreaterThanOrEqual(written);
    }),
  );
});

test.each<[number | undefined, { grace: number; drain: number; unit: number }]>([
  [undefined, { grace: 40, drain: 15, unit: 22 }],
  [1, { grace: 40, drain: 15, unit: 22 }],
  [60, { grace: 60, drain: 35, unit: 42 }],
  [600, { grace: 600, drain: 60, unit: 67 }],
])('of a grace of %s s the router gets its share, up to what a request may take', (written, expected) => {
  const its = plan(written);
  expect({ grace: grace(its), drain: routerDrain(its), unit: waitOf('unit', its) }).toEqual(expected);
});

test('a hook that the manifest has comes first', () => {
  const preStop = { exec: { command: ['/bin/drain'] } };
  expect(lifecycle('unit', plan(), { preStop, postStart: {} })).toEqual({ preStop, postStart: {} });
});
