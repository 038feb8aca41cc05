import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventQueue, type Queued } from './event-queue.ts';

test('holds no more than its bounds, in their order, whatever is taken and put back', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('offer' as const), bytes: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ kind: fc.constantFrom('take' as const, 'putBack' as const, 'done' as const), bytes: fc.integer({ min: 1, max: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = eventQueue<number>(8, 100);
      let expected: [number, number][] = []; // entry, bytes
      let taken: Queued<number>[] = [];
      let next = 0;
      for (const { kind, bytes } of steps) {
        const room =
          expected.length + taken.length < 8 &&
          [...expected, ...taken.map((each) => [0, each.bytes])].reduce((sum, each) => sum + each[1]!, 0) + bytes <= 100;
        if (kind === 'offer') {
          expect(queue.offer(++next, bytes)).toBe(room);
          if (room) expected.push([next, bytes]);
        } else if (kind === 'take' && taken.length === 0) {
          taken = queue.take(bytes, Infinity);
          expect(taken.map(({ entry }) => entry)).toEqual(expected.splice(0, bytes).map(([entry]) => entry));
        } else if (kind === 'putBack') {
          queue.putBack(taken);
          expected = [...taken.map(({ entry, bytes }): [number, number] => [entry, bytes]), ...expected];
          taken = [];
        } else if (kind === 'done') {
          queue.done(taken);
          taken = [];
        }
        expect(queue.waiting).toBe(expected.length);
        expect(queue.held).toBe(expected.length + taken.length);
        expect(queue.bytes).toBe(
          [...expected.map(([, size]) => size), ...taken.map((each) => each.bytes)].reduce((sum, size) => sum + size, 0),
        );
      }
    }),
  );
});

test('gives up to so many bytes at a time, and one that is longer alone', () => {
  const queue = eventQueue<string>(10, 1000);
  for (const [entry, bytes] of [
    ['a', 90],
    ['b', 5],
    ['c', 6],
    ['d', 1],
  ] as const)
    queue.offer(entry, bytes);
  const take = () => queue.take(10, 10).map(({ entry }) => entry);
  expect([take(), take(), take()]).toEqual([['a'], ['b'], ['c', 'd']]);
});
