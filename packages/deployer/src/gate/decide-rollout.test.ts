import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideRollout, type Question, type Served } from './decide-rollout.ts';

const ask = (served: Served, values: readonly number[], tolerance = 0): ReturnType<typeof decideRollout> =>
  decideRollout({
    model: 'digits',
    metric: 'accuracy',
    tolerance,
    served,
    versions: values.map((value, at) => ({ version: `${at + 1}`, value })),
  });

const pinned = (version: string): Served => ({ kind: 'pinned', version });

test.each<
  [what: string, served: Served, values: number[], tolerance: number, verdict: string, version: string, inService: string | undefined]
>([
  ['the first version of all', { kind: 'none' }, [0.5], 0, 'promote', '1', undefined],
  ['a better one', pinned('1'), [0.9, 0.91], 0, 'promote', '2', '1'],
  ['an equal one', pinned('1'), [0.9, 0.9], 0, 'promote', '2', '1'],
  ['a worse one', pinned('1'), [0.9, 0.89], 0, 'keep', '1', '1'],
  ['one worse by less than is allowed', pinned('1'), [0.9, 0.89], 0.02, 'promote', '2', '1'],
  ['one better than its neighbour, worse than the one in service', pinned('1'), [0.9, 0.7, 0.8], 0, 'keep', '1', '1'],
  ['the one in service itself', pinned('2'), [0.9, 0.8], 0, 'keep', '2', '2'],
  ['one against a version that is gone', pinned('7'), [0.9, 0.1], 0, 'promote', '2', '7'],
  ['one against whatever was the latest: the best before counts', { kind: 'latest' }, [0.9, 0.7, 0.8], 0, 'keep', '1', '1'],
  ['the only one, where what serves follows the latest', { kind: 'latest' }, [0.9], 0, 'promote', '1', undefined],
])('decides about %s', (_what, served, values, tolerance, verdict, version, inService) => {
  const decision = ask(served, values, tolerance);
  expect(decision).toMatchObject({ verdict, version, candidate: String(values.length) });
  expect(decision.inService).toBe(inService);
});

test('says why, with the figures', () => {
  expect(ask(pinned('1'), [0.9649, 0.9121]).why).toBe('accuracy of digits:2 is 0.9121; digits:1, in service, has 0.9649');
});

test('without a version there is nothing to decide', () => {
  expect(() => ask({ kind: 'none' }, [])).toThrow('there is no version of model "digits" to decide about');
});

test('what is in service is never replaced by what is worse', () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 6 }), fc.nat(), (values, at) => {
      const inService = (at % (values.length - 1)) + 1;
      const { version } = ask(pinned(String(inService)), values);
      expect(values[Number(version) - 1]).toBeGreaterThanOrEqual(values[inService - 1]!);
    }),
  );
});

test('a question has its figures ascending by version, so the last is the candidate', () => {
  const versions: Question['versions'] = [
    { version: '9', value: 0.5 },
    { version: '10', value: 0.6 },
  ];
  expect(decideRollout({ model: 'm', metric: 'f1', tolerance: 0, served: pinned('9'), versions }).version).toBe('10');
});
