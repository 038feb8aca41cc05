import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { redisServer, redisTest } from '../test/redis-server.ts';
import { StateError } from './arm-state.ts';
import { addBatch, decodeTotals, readFields, redisKey, restore } from './redis-hash.ts';

const a = (rows: number, micros: number) => new Map([['a', { rows, micros }]]);

test('a key names one router, whatever is in the names', () => {
  expect(redisKey('default', 'digits', 'main', 'eg-router')).toBe('switchyard:default:digits:main:eg-router');
  expect(redisKey('a:b', 'c', 'd', '{e}')).toBe('switchyard:a%3Ab:c:d:%7Be%7D');
});

redisTest('a batch counts once, whether it comes again at once or after the next; those of another writer are its own', async () => {
  const redis = await redisServer();
  const client = await createClient({ url: redis.url, RESP: 2 }).connect();
  onTestFinished(() => client.destroy());
  const add = async (writer: string, number: number) =>
    decodeTotals(await addBatch(client, 'k', { writer, number, sums: a(1, 500_000) })).get('a')?.rows;
  expect([await add('w', 1), await add('w', 1), await add('w', 2), await add('w', 1), await add('w', 2)]).toEqual([1, 1, 2, 2, 2]);
  expect([await add('v', 1), await add('w', 3)]).toEqual([3, 4]);
  expect(decodeTotals(await readFields(client, 'k'))).toEqual(a(4, 2_000_000));
  expect(await client.ttl('switchyard:writer:{k}:w')).toBeGreaterThan(86_000);
});

redisTest('restoring writes where nothing is, and nowhere else', async () => {
  const redis = await redisServer();
  const client = await createClient({ url: redis.url, RESP: 2 }).connect();
  onTestFinished(() => client.destroy());
  expect([await restore(client, 'k', new Map()), await client.exists('k')]).toEqual([false, 0]);
  expect(await restore(client, 'k', a(3, 7))).toBe(true);
  expect(await restore(client, 'k', a(9, 9))).toBe(false);
  expect(decodeTotals(await readFields(client, 'k'))).toEqual(a(3, 7));
});

test('fields of other names are passed over, those that are not whole numbers refused', () => {
  const fields: [string, string][] = [
    ['note', 'x'],
    ['rows:a\nb', '2'],
    ['micros:a\nb', '-5'],
    ['rows:', '1'],
  ];
  expect(Object.fromEntries(decodeTotals(fields))).toEqual({ 'a\nb': { rows: 2, micros: -5 }, '': { rows: 1, micros: 0 } });
  expect(() => decodeTotals([['rows:a', '1.5']])).toThrow(new StateError('the field "rows:a" is "1.5", not a whole number'));
});
