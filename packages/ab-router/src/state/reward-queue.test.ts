import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InferenceError } from '@switchyard/protocol';
import { failure } from '../test/harness.ts';
import { rewardQueue } from './reward-queue.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const queueOf = (most = 10_000) => rewardQueue({ most, waitMs: 1000, why: () => 'Redis is away' });
const reward = (arm: string, rows = 1) => ({ arm, rows, micros: rows * 10 });

test('all that wait make one batch, which stays the same until it is settled; the next has the next number', async () => {
  const queue = queueOf();
  expect(queue.batch()).toBeUndefined();
  const first = [queue.add(reward('a')), queue.add(reward('b', 2)), queue.add(reward('a', 3))];
  const batch = queue.batch();
  const later = queue.add(reward('a'));
  expect(queue.batch()).toBe(batch);
  expect(batch?.number).toBe(1);
  expect(Object.fromEntries(batch?.sums ?? [])).toEqual({ a: { rows: 4, micros: 40 }, b: { rows: 2, micros: 20 } });
  batch?.settle();
  await Promise.all(first);
  expect(queue.batch()).toMatchObject({ number: 2, sums: new Map([['a', { rows: 1, micros: 10 }]]) });
  queue.batch()?.settle(new InferenceError('UNAVAILABLE', 'no'));
  expect((await failure(later)).message).toBe('no');
  expect(queue.batch()).toBeUndefined();
});

test('a batch is of 1000 rewards at most', () => {
  const queue = queueOf();
  for (let times = 0; times < 1500; times++) void queue.add(reward('a'));
  const sizes = [];
  for (let batch = queue.batch(); batch !== undefined; batch = queue.batch()) {
    sizes.push(batch.sums.get('a')?.rows);
    batch.settle();
  }
  expect(sizes).toEqual([1000, 500]);
});

test('those under way and those that wait are bounded together; room that is given back is taken again', async () => {
  const queue = queueOf(2);
  void queue.add(reward('a'));
  queue.batch();
  void queue.add(reward('a'));
  const error = await failure(queue.add(reward('a')));
  expect(error).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'this reward does not count, send it again later: 2 wait, the most that may, since Redis is away',
  });
  queue.batch()?.settle();
  void queue.add(reward('a'));
  expect((await failure(queue.add(reward('a')))).code).toBe('UNAVAILABLE');
});

test('whose time is up is told whether the reward may count; what was sent stays, to be sent again', async () => {
  const queue = queueOf();
  const sent = failure(queue.add(reward('sent')));
  const batch = queue.batch();
  const waiting = failure(queue.add(reward('waiting')));
  vi.advanceTimersByTime(600);
  const younger = queue.add(reward('younger'));
  vi.advanceTimersByTime(500);
  queue.expire();
  expect((await sent).message).toBe('whether this reward counts is not known: Redis is away');
  expect((await waiting).message).toBe('this reward does not count, send it again: Redis is away');
  expect(queue.batch()).toBe(batch);
  batch?.settle();
  expect([...(queue.batch()?.sums.keys() ?? [])]).toEqual(['younger']);
  queue.batch()?.settle();
  await younger;
});

test('whose client is gone leaves the queue, and what was sent stays', async () => {
  const queue = queueOf();
  const client = new AbortController();
  const sent = queue.add(reward('sent'), client.signal);
  const batch = queue.batch();
  const waiting = queue.add(reward('waiting'), client.signal);
  client.abort(new Error('gone'));
  for (const each of [sent, waiting, queue.add(reward('late'), client.signal)]) await expect(each).rejects.toThrow('gone');
  expect(queue.batch()).toBe(batch);
  batch?.settle();
  expect(queue.batch()).toBeUndefined();
});
