import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, onTestFinished, vi } from 'vitest';
import { failure } from '../test/harness.ts';
import { redisServer, redisTest, type RedisServer } from '../test/redis-server.ts';
import { type ArmReward, type ArmState, memoryState } from './arm-state.ts';
import { fileState } from './file-state.ts';
import { parseRedisAddress } from './redis-address.ts';
import { redisKey } from './redis-hash.ts';
import { redisState, type RedisStateOptions } from './redis-state.ts';

const key = redisKey('default', 'digits', 'main', 'eg');

function open(url: string, more: Partial<RedisStateOptions> = {}): ArmState {
  const state = redisState({ address: parseRedisAddress(url), key, ...more });
  onTestFinished(() => state.close());
  return state;
}

async function loaded(url: string, more: Partial<RedisStateOptions> = {}): Promise<ArmState> {
  const state = open(url, more);
  await until(() => expect(state.ready()).toBe(true));
  return state;
}

const until = (assertion: () => unknown): Promise<unknown> => vi.waitFor(assertion, { timeout: 60_000, interval: 10 });
const sums = (state: ArmState): object => Object.fromEntries(state.totals());
const one = (arm: string, micros = 1_000_000): ArmReward => ({ arm, rows: 1, micros });
const reasonOf = (state: ArmState): string => String((state.ready() as { reason?: string }).reason);

/** What became of rewards: how many were acknowledged, how many refused, and in which words. */
async function outcome(rewards: readonly Promise<void>[]): Promise<{ counted: number; refused: string[] }> {
  const settled = await Promise.allSettled(rewards);
  const refused = settled.flatMap((each) => (each.status === 'rejected' ? [(each.reason as Error).message] : []));
  return { counted: settled.length - refused.length, refused };
}

async function hash(redis: RedisServer): Promise<Record<string, string>> {
  const lines = (await redis.command('HGETALL', key)).split('\r\n').filter((_, index) => index > 0 && index % 2 === 0);
  return Object.fromEntries(lines.flatMap((line, index) => (index % 2 === 0 && line !== '' ? [[line, lines[index + 1] ?? '']] : [])));
}

redisTest('two replicas know of all rewards of both, to the last digit, and so does a third that comes later', async () => {
  const redis = await redisServer();
  const [a, b] = [await loaded(redis.url), await loaded(redis.url)];
  const rewards = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? a : b).append(one(index % 5 === 0 ? 'x:y' : 'z', 100_001)));
  await Promise.all(rewards);
  const expected = { 'x:y': { rows: 100, micros: 10_000_100 }, z: { rows: 400, micros: 40_000_400 } };
  await until(() => expect([sums(a), sums(b)]).toEqual([expected, expected]));
  const late = await loaded(redis.url);
  expect(sums(late)).toEqual(expected);
  expect(await hash(redis)).toEqual({ 'rows:x:y': '100', 'micros:x:y': '10000100', 'rows:z': '400', 'micros:z': '40000400' });
  await a.append(one('only a was told'));
  await until(() => expect([b, late].map((state) => state.totals().get('only a was told')?.rows)).toEqual([1, 1]));
});

redisTest('a reward is in Redis, and known here, when append says so', async () => {
  const redis = await redisServer();
  const state = await loaded(redis.url);
  await state.append({ arm: 'a', rows: 3, micros: 250_000 });
  expect(sums(state)).toEqual({ a: { rows: 3, micros: 250_000 } });
  expect(await hash(redis)).toEqual({ 'rows:a': '3', 'micros:a': '250000' });
});

redisTest('a file, Redis and memory make the same of the same rewards, in any order', async () => {
  const redis = await redisServer();
  const directory = mkdtempSync(join(tmpdir(), 'state-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const reward = fc.record({
    arm: fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'rows:a', ''), fc.string({ unit: 'binary' })).filter((arm) => arm.isWellFormed()),
    rows: fc.integer({ min: 1, max: 1000 }),
    micros: fc.integer({ min: -1e12, max: 1e12 }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(reward, { maxLength: 30 }), async (rewards) => {
      const file = join(directory, `${++run}.jsonl`);
      const at = { address: parseRedisAddress(redis.url), key: `${key}:${run}` };
      const states = [memoryState(), await fileState(file), redisState(at)];
      await Promise.all(states.map((state) => Promise.all(rewards.map((each) => state.append(each)))));
      await Promise.all(states.map((state) => state.close()));
      const again = [await fileState(file), redisState(at)];
      await until(() => expect(again.every((state) => state.ready() === true)).toBe(true));
      const [first, ...others] = [...states, ...again].map((state) => [...state.totals()].toSorted(([a], [b]) => (a < b ? -1 : 1)));
      for (const other of others) expect(other).toEqual(first);
      await Promise.all(again.map((state) => state.close()));
    }),
    { numRuns: 8 },
  );
});

redisTest('a fresh replica is not ready until it has read what was learned, and says why; its rewards wait', async () => {
  const redis = await redisServer();
  await (await loaded(redis.url)).append(one('a'));
  await redis.stop();
  const state = open(redis.url);
  await until(() => expect(reasonOf(state)).toContain(`${redis.url}/0 refuses connections: nothing listens there`));
  const counted = state.append(one('a'));
  await redis.start();
  await counted;
  expect(state.ready()).toBe(true);
  expect(sums(state)).toEqual({ a: { rows: 2, micros: 2_000_000 } });
});

redisTest.each(['SIGTERM', 'SIGKILL'] as const)(
  'no reward is lost or counted twice when Redis ends by %s under load and comes back',
  async (by) => {
    const redis = await redisServer();
    const states = [await loaded(redis.url), await loaded(redis.url)];
    const rewards: Promise<void>[] = [];
    const sending = new AbortController();
    const load = (async () => {
      for (let index = 0; !sending.signal.aborted; index++) {
        rewards.push(states[index % 2]!.append(one('a', 100_000)));
        if (index % 10 === 0) await pause(1);
      }
    })();
    await pause(100);
    await redis.stop(by);
    await pause(100);
    expect(states.map((state) => state.ready())).toEqual([true, true]);
    expect(states[0]!.totals().get('a')!.rows).toBeGreaterThan(0);
    await redis.start();
    await pause(100);
    sending.abort();
    await load;
    expect((await outcome(rewards)).refused).toEqual([]);
    expect(await hash(redis)).toEqual({ 'rows:a': String(rewards.length), 'micros:a': String(rewards.length * 100_000) });
  },
);

redisTest('a reward whose answer was lost is sent again and counts once, though Redis gets to it twice', async () => {
  const redis = await redisServer();
  const state = await loaded(redis.url, { silenceMs: 500 });
  redis.signal('SIGSTOP'); // it hears, and does not answer: the connection is given up and made anew
  const rewards = Array.from({ length: 50 }, () => state.append(one('a')));
  await pause(800);
  rewards.push(state.append(one('a')));
  redis.signal('SIGCONT');
  expect(await outcome(rewards)).toEqual({ counted: 51, refused: [] });
  await pause(300);
  expect((await hash(redis))['rows:a']).toBe('51');
});

redisTest('while Redis is away so many rewards wait and no more, and not for ever; those refused do not count', async () => {
  const redis = await redisServer();
  const state = await loaded(redis.url, { mostWaiting: 3, waitMs: 500 });
  await redis.stop();
  const waiting = [1, 2, 3].map(() => state.append(one('a')));
  const settled = outcome(waiting);
  const more = await failure(state.append(one('a')));
  expect(more.code).toBe('UNAVAILABLE');
  expect(more.message).toContain('this reward does not count, send it again later: 3 wait, the most that may');
  const { counted, refused } = await settled;
  expect(counted).toBe(0);
  for (const words of refused)
    expect(words).toMatch(/^(this reward does not count, send it again|whether this reward counts is not known): /);
  await redis.start();
  await until(() => state.append(one('b'))); // connecting anew may take longer than a reward waits
  const rows = Number((await hash(redis))['rows:a'] ?? 0);
  expect(rows).toBeLessThanOrEqual(refused.filter((words) => words.startsWith('whether')).length);
});

redisTest('a reward whose client went away while it waited does not count', async () => {
  const redis = await redisServer();
  const state = await loaded(redis.url);
  await redis.stop();
  await until(async () => expect((await failure(open(redis.url, { waitMs: 1 }).append(one('z')))).code).toBe('UNAVAILABLE'));
  await pause(100); // the state has noticed, too
  const client = new AbortController();
  const first = state.append(one('a'), client.signal);
  client.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await expect(state.append(one('a'), client.signal)).rejects.toThrow('gone');
  await redis.start();
  await state.append(one('b'));
  expect(sums(state)).toEqual({ b: { rows: 1, micros: 1_000_000 } });
});

redisTest('a Redis that comes back with nothing is given what is known here, once', async () => {
  const redis = await redisServer('--appendonly', 'no');
  const states = [await loaded(redis.url), await loaded(redis.url)];
  await Promise.all(states.map((state) => state.append(one('a', 500_000))));
  await until(() => expect(states.map((state) => state.totals().get('a')?.rows)).toEqual([2, 2]));
  await redis.stop('SIGKILL');
  await redis.start();
  await states[0]!.append(one('a', 500_000));
  await until(() => expect(states.map(sums)).toEqual(states.map(() => ({ a: { rows: 3, micros: 1_500_000 } }))));
});

redisTest('a key that is deleted while routers are connected begins anew', async () => {
  const redis = await redisServer();
  const state = await loaded(redis.url);
  await state.append(one('a'));
  await redis.command('DEL', key);
  await until(() => expect(sums(state)).toEqual({}));
});

redisTest('user, password and database are used, and their errors are told in words without the password', async () => {
  const redis = await redisServer('--requirepass', 's@cret');
  const at = `127.0.0.1:${redis.port}`;
  const good = await loaded(`redis://:s%40cret@${at}/3`);
  await good.append(one('a'));
  expect(sums(await loaded(`redis://default:s%40cret@${at}/3`))).toEqual({ a: { rows: 1, micros: 1_000_000 } });
  expect(sums(await loaded(`redis://:s%40cret@${at}/4`))).toEqual({});
  const bad: [string, string][] = [
    [`redis://:wr0ng@${at}`, `redis://${at}/0 refuses the user or the password (WRONGPASS`],
    [`redis://nobody:s%40cret@${at}`, `redis://${at}/0 refuses the user or the password (WRONGPASS`],
    [`redis://${at}`, `redis://${at}/0 wants a password, and none was given (NOAUTH`],
    [`redis://:s%40cret@${at}/99`, `redis://${at}/99 has no database 99 (ERR DB index is out of range`],
    ['redis://no.such.host.invalid', 'redis://no.such.host.invalid:6379/0 cannot be reached: there is no host "no.such.host.invalid"'],
  ];
  const states = bad.map(([url]) => open(url));
  await until(() => {
    for (const [index, [, words]] of bad.entries()) expect(reasonOf(states[index]!)).toContain(words);
  });
  for (const state of states) expect(reasonOf(state)).not.toMatch(/wr0ng|s@cret|s%40cret/);
});

redisTest('a user needs few rights, on keys of switchyard alone', async () => {
  const rights = '~switchyard:* -@all +eval +exists +get +hget +hgetall +hincrby +hset +select +set'; // as the documentation has it
  const redis = await redisServer('--appendonly', 'no', '--user', 'router', 'on', '>pw', ...rights.split(' '));
  const state = await loaded(`redis://router:pw@127.0.0.1:${redis.port}/1`);
  await state.append(one('a'));
  await redis.stop();
  await redis.start(); // empty, so it is written anew
  await until(() => state.append(one('a')));
  expect(sums(state)).toEqual({ a: { rows: 2, micros: 2_000_000 } });
  const other = open(`redis://router:pw@127.0.0.1:${redis.port}`, { key: 'other' });
  await until(() => expect(reasonOf(other)).toContain('answers: NOPERM'));
});

redisTest('what Redis refuses for good is told at once and does not count; what is there stays', async () => {
  const redis = await redisServer();
  await redis.command('SET', key, 'text');
  const blocked = open(redis.url);
  await until(() => expect(reasonOf(blocked)).toContain(`has something else than a router's state under the key "${key}" (WRONGTYPE`));
  await redis.command('DEL', key);
  await until(() => expect(blocked.ready()).toBe(true));

  await redis.command('HSET', key, 'micros:a', 'much', 'rows:b', '1', 'micros:b', '9223372036854775000', 'note', 'ours');
  const garbled = await failure(blocked.append(one('a')));
  expect([garbled.code, garbled.message]).toEqual([
    'UNAVAILABLE',
    expect.stringContaining('the field micros:a is much, not a whole number'),
  ]);
  expect(reasonOf(open(redis.url, { waitMs: 1 }))).toContain('has not answered yet');
  await redis.command('HDEL', key, 'micros:a');
  expect((await failure(blocked.append(one('b')))).message).toContain('the field micros:b is 9223372036854775000, too near to the end');
  await blocked.append(one('a'));
  expect(await hash(redis)).toEqual({
    'rows:a': '1',
    'micros:a': '1000000',
    'rows:b': '1',
    'micros:b': '9223372036854775000',
    note: 'ours',
  });
});
