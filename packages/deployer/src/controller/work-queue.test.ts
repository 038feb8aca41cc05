import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backoffMs, usualBackoff } from './backoff.ts';
import { createWorkQueue, type Outcome } from './work-queue.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A queue whose work ends when the test says so. */
function queue(workers = 2) {
  const started: string[] = [];
  const errors: { key: string; retryMs: number }[] = [];
  const ends = new Map<string, (end: Outcome | Error) => void>();
  const made = createWorkQueue({
    workers,
    work: (key) => {
      started.push(key);
      return new Promise((resolve, reject) => ends.set(key, (end) => (end instanceof Error ? reject(end) : resolve(end))));
    },
    onError: (key, _, retryMs) => errors.push({ key, retryMs }),
  });
  const end = async (key: string, how?: Outcome | Error): Promise<void> => {
    ends.get(key)!(how);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { queue: made, started, errors, end };
}

test('a key that is added many times waits once', async () => {
  const { queue: q, started, end } = queue();
  for (const key of ['a', 'a', 'b', 'a']) q.add(key);
  expect(q.depth()).toBe(2);
  q.start();
  expect(started).toEqual(['a', 'b']);
  await end('a');
  await end('b');
  await vi.advanceTimersByTimeAsync(1e7);
  expect(started).toEqual(['a', 'b']);
});

test('a key is never worked on twice at once, and comes again if it was added meanwhile', async () => {
  const { queue: q, started, end } = queue();
  q.start();
  q.add('a');
  q.add('a');
  q.add('a');
  expect([started, q.depth()]).toEqual([['a'], 1]);
  await end('a');
  expect(started).toEqual(['a', 'a']);
  await end('a');
  expect(started).toEqual(['a', 'a']);
});

test('no more keys are worked on at once than there are workers', async () => {
  const { queue: q, started, end } = queue(2);
  q.start();
  for (const key of ['a', 'b', 'c', 'd']) q.add(key);
  expect(started).toEqual(['a', 'b']);
  await end('b');
  expect(started).toEqual(['a', 'b', 'c']);
});

test('work that fails comes again after growing waits, and from the first wait once it has succeeded', async () => {
  const { queue: q, started, errors, end } = queue();
  q.start();
  q.add('a');
  for (let run = 0; run < 12; run++) {
    expect(started.length).toBe(run + 1);
    await end('a', new Error('failed'));
    await vi.advanceTimersByTimeAsync(errors.at(-1)!.retryMs - 1);
    expect(started.length).toBe(run + 1);
    await vi.advanceTimersByTimeAsync(1);
  }
  const seconds = errors.map((each) => each.retryMs / 1000);
  for (const [index, expected] of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].entries()) {
    expect(seconds[index]).toBeGreaterThanOrEqual(expected * 0.9);
    expect(seconds[index]).toBeLessThanOrEqual(expected);
  }
  await end('a');
  q.add('a');
  await end('a', new Error('failed'));
  expect(errors.at(-1)!.retryMs).toBeLessThanOrEqual(1000);
});

test('something that happens does not wait for the retry', async () => {
  const { queue: q, started, end } = queue();
  q.start();
  q.add('a');
  await end('a', new Error('failed'));
  q.add('a');
  expect(started).toEqual(['a', 'a']);
  await end('a');
  await vi.advanceTimersByTimeAsync(1e7);
  expect(started).toEqual(['a', 'a']); // the retry is no more
});

test('of two waits the shorter counts', async () => {
  const { queue: q, started, end } = queue();
  q.start();
  q.add('a');
  await end('a', { againMs: 5000 });
  await vi.advanceTimersByTimeAsync(4999);
  expect(started).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toEqual(['a', 'a']);
});

test('a stop waits for what is under way, takes up nothing more, and a start goes on with what waits', async () => {
  const { queue: q, started, end } = queue(1);
  q.start();
  q.add('a');
  q.add('b');
  let stopped = false;
  const stop = q.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(1000);
  expect(stopped).toBe(false);
  await end('a', new Error('failed'));
  await stop;
  await vi.advanceTimersByTimeAsync(1e7);
  expect(started).toEqual(['a']);
  q.start();
  expect(started).toEqual(['a', 'b']);
});

test('waits never leave their bounds, whatever the number of failures', () => {
  for (const failures of [1, 10, 1000, 1e9])
    for (const random of [0, 0.5, 0.999]) {
      const ms = backoffMs(failures, usualBackoff, () => random);
      expect(ms).toBeGreaterThanOrEqual(900);
      expect(ms).toBeLessThanOrEqual(300_000);
    }
});
