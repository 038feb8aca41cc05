import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgotten, kept, lastServed, nextNumber, type Revision, type RevisionState } from './revisions.ts';
import { chooseTarget } from './rollback.ts';

const history = (...states: RevisionState[]): Revision[] =>
  states.map((state, at) => ({ number: at + 1, state, appliedAt: '', note: '', objects: [] }));

test('the first version is 1, and each is one more than the newest', () => {
  expect(nextNumber([])).toBe(1);
  expect(nextNumber(history('served', 'failed'))).toBe(3);
  expect(nextNumber(history('served', 'served', 'served').slice(1))).toBe(4);
});

test('a failed version goes back to the newest that served before it', () => {
  const revisions = history('served', 'served', 'failed', 'rolling-out');
  expect(lastServed(revisions)?.number).toBe(2);
  expect(lastServed(revisions, 2)?.number).toBe(1);
  expect(lastServed(revisions, 1)).toBeUndefined();
});

test('the oldest versions are forgotten, but never the one to go back to', () => {
  expect(forgotten(history(...Array<RevisionState>(kept).fill('served')))).toEqual([]);
  expect(forgotten(history(...Array<RevisionState>(kept + 2).fill('served'))).map(({ number }) => number)).toEqual([1, 2]);
  const unlucky = history('served', ...Array<RevisionState>(kept + 1).fill('failed'));
  expect(forgotten(unlucky).map(({ number }) => number)).toEqual([2]);
});

test('of any history, at most one more than is kept is left, and the way back with it', () => {
  const state = fc.constantFrom<RevisionState>('served', 'failed', 'rolling-out');
  fc.assert(
    fc.property(fc.array(state, { maxLength: 40 }), (states) => {
      const all = history(...states);
      const gone = new Set(forgotten(all));
      const left = all.filter((each) => !gone.has(each));
      expect(left.length).toBeLessThanOrEqual(kept + 1);
      expect(lastServed(left)).toBe(lastServed(all));
      expect(nextNumber(left)).toBe(nextNumber(all));
    }),
  );
});

test('a rollback goes to the version named, or to the last that served before the newest', () => {
  const revisions = history('served', 'failed', 'served');
  expect(chooseTarget(revisions, undefined, 'dev/mnist').number).toBe(1);
  expect(chooseTarget(revisions, 2, 'dev/mnist').number).toBe(2);
  expect(() => chooseTarget(revisions, 7, 'dev/mnist')).toThrow('dev/mnist has no version 7; there are 1 (served), 2 (failed), 3 (served)');
  expect(() => chooseTarget(history('served'), undefined, 'dev/mnist')).toThrow('no earlier version that served');
  expect(() => chooseTarget([], undefined, 'dev/mnist')).toThrow('dev/mnist has no history');
});
