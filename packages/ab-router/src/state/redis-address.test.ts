import { expect, test } from 'vitest';
import { StateError } from './arm-state.ts';
import { openState, shownState } from './open-state.ts';
import { parseRedisAddress } from './redis-address.ts';

const plain = { host: 'h', port: 6379, tls: false, database: 0, shown: 'redis://h:6379/0' };

test.each<[string, object]>([
  ['redis://h', plain],
  ['redis://h/', plain],
  ['redis://h:1/15', { ...plain, port: 1, database: 15, shown: 'redis://h:1/15' }],
  ['rediss://u:p%40%3A@h/2', { ...plain, tls: true, database: 2, username: 'u', password: 'p@:', shown: 'rediss://h:6379/2' }],
  ['redis://:p@h', { ...plain, password: 'p' }],
  ['redis://u@h', { ...plain, username: 'u' }],
  ['redis://[::1]:7', { ...plain, host: '::1', port: 7, shown: 'redis://[::1]:7/0' }],
])('%s is read', (text, address) => {
  expect(parseRedisAddress(text)).toEqual(address);
});

test('a password that is given apart comes first', () => {
  expect(parseRedisAddress('redis://u:old@h', 'n%w')).toEqual({ ...plain, username: 'u', password: 'n%w' });
});

test.each([
  ['redis:', "the state's address is not redis://"],
  ['redis:///0', "the state's address is not redis://"],
  ['redis://h:99999', "the state's address is not redis://"],
  ['redis://u:secret@h/first', 'redis://h:6379/first names the database "first"; it is a number'],
  ['redis://u:secret@h/0?tls=1', 'redis://h:6379/0 goes on with "?tls=1"'],
  ['redis://u:sec%ret@h', 'the user or the password of redis://h:6379/0 has a % that begins no escape'],
])('%s is refused in words, without its password', async (text, words) => {
  const error = await openState({ namespace: 'n', deployment: 'd', predictor: 'p', unit: 'u' }, { state: text }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StateError);
  expect((error as Error).message).toContain(words);
  expect((error as Error).message).not.toMatch(/sec%?ret/);
});

test('an address of another kind is no directory', async () => {
  const at = { namespace: 'n', deployment: 'd', predictor: 'p', unit: 'u' };
  await expect(openState(at, { state: 'postgres://u:secret@h/d' })).rejects.toThrow(
    new StateError('the state is kept in a directory, or at redis:// or rediss://, not at postgres://'),
  );
});

test('what is logged of the setting has no password in it', () => {
  expect(shownState('rediss://u:secret@h:1/2')).toBe('rediss://h:1/2');
  expect(shownState('/var/lib/state')).toBe('/var/lib/state');
});
