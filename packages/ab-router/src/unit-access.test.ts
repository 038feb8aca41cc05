import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authority } from '@switchyard/conformance';
import { readSettings } from '@switchyard/config';
import { createLogger } from '@switchyard/server';
import { afterAll, expect, test, vi } from 'vitest';
import { readUnitAccess, unitAccessSettings } from './unit-access.ts';

const made = authority();
const own = made.issue('router');
const folder = mkdtempSync(join(tmpdir(), 'unit-access-'));
afterAll(() => [made.folder, folder].forEach((each) => rmSync(each, { recursive: true })));
const token = join(folder, 'token');
writeFileSync(token, '# the router\nt0ken\nnext\n');
const log = createLogger('test', 'fatal');
const read = (...argv: string[]) => readUnitAccess(readSettings(unitAccessSettings, { argv, env: {} }), log);
const theirs = { authorization: 'Bearer of-the-client' };

test('unless it is told otherwise a router shows units nothing, and keeps the credentials of clients to itself', () => {
  const access = read()('m');
  expect([access.tls, access.own, access.authorization(theirs)]).toEqual([undefined, false, undefined]);
});

test("a client's credentials go on where that is said", () => {
  const access = read('--pass-authorization')('m');
  expect([access.own, access.authorization(theirs), access.authorization({})]).toEqual([false, theirs.authorization, undefined]);
});

test('the first of a file is shown, to the units that are named, and read again as the file changes', () => {
  vi.useFakeTimers();
  try {
    const of = read('--unit-token-file', token, '--unit-secured', 'a, b');
    const shown = (): unknown[] => ['a', 'b', 'c'].map((name) => of(name).authorization(theirs));
    expect(shown()).toEqual(['Bearer t0ken', 'Bearer t0ken', undefined]);
    expect([of('a').own, of('c').own]).toEqual([true, false]);
    writeFileSync(token, 'router:secret');
    vi.advanceTimersByTime(5000);
    const basic = `Basic ${Buffer.from('router:secret').toString('base64')}`;
    expect(shown()).toEqual([basic, basic, undefined]);
  } finally {
    vi.useRealTimers();
  }
});

test('TLS is for the units that are named', () => {
  const of = read('--unit-tls-ca', made.ca, '--unit-tls-name', 'units.test', '--unit-secured', 'a');
  expect(of('a').tls).toMatchObject({ servername: 'units.test' });
  expect(of('b').tls).toBeUndefined();
});

test('authorities and certificates are read again as they change, all or none', () => {
  vi.useFakeTimers();
  try {
    const access = read('--unit-tls-ca', made.ca, '--unit-tls-cert', own.cert, '--unit-tls-key', own.key)('m');
    const first = access.tls?.context();
    const key = readFileSync(own.key);
    made.issue('router');
    const next = readFileSync(own.key);
    writeFileSync(own.key, key); // the certificate is there, its key not yet
    vi.advanceTimersByTime(5000);
    expect(access.tls?.context()).toBe(first);
    writeFileSync(own.key, next);
    vi.advanceTimersByTime(5000);
    expect(access.tls?.context()).not.toBe(first);
  } finally {
    vi.useRealTimers();
  }
});

test.each<[string[], string]>([
  [['--unit-tls-cert', own.cert], '--unit-tls-cert and --unit-tls-key are given together'],
  [['--unit-tls-cert', own.cert, '--unit-tls-key', own.key], '--unit-tls-cert needs --unit-tls-ca'],
  [['--unit-tls-name', 'a'], '--unit-tls-name needs --unit-tls-ca'],
  [['--unit-tls-ca', '/nowhere.pem'], '/nowhere.pem cannot be read: ENOENT'],
  [['--unit-tls-ca', made.ca, '--unit-tls-cert', made.ca, '--unit-tls-key', own.key], 'router.key: '],
  [['--unit-token-file', '/nowhere'], 'the credentials in /nowhere cannot be read'],
  [['--unit-token-file', token, '--pass-authorization'], 'are for the same header'],
])('%j is refused at the start', (argv, message) => {
  expect(() => read(...argv)).toThrow(message);
});
