import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loginFor, parseDockerConfig, readLogins, registryOf } from './registry-login.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-login-'));
afterAll(() => rmSync(directory, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const parse = (value: unknown) => parseDockerConfig(JSON.stringify(value), 'config.json');

/** A folder with these files. */
function folder(name: string, files: Record<string, string>): string {
  const path = join(directory, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

test.each([
  ['https://index.docker.io/v1/', 'docker.io'],
  ['index.docker.io', 'docker.io'],
  ['docker.io', 'docker.io'],
  ['https://ghcr.io/v2/', 'ghcr.io'],
  ['http://registry.local:5000', 'registry.local:5000'],
])('%s in a docker config is the registry %s', (key, registry) => {
  expect(registryOf(key)).toBe(registry);
});

describe('a docker config', () => {
  test('has user and password as base64 or plain, or a token', () => {
    const logins = parse({
      auths: {
        'https://index.docker.io/v1/': { auth: base64('ann:pa:ss wörd') },
        'ghcr.io': { username: 'bob', password: '' },
        'acr.io': { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'token' },
        'empty.io': {},
      },
    });
    expect(loginFor('docker.io', logins)).toEqual({
      serveraddress: 'https://index.docker.io/v1/',
      username: 'ann',
      password: 'pa:ss wörd',
    });
    expect(loginFor('ghcr.io', logins)).toEqual({ serveraddress: 'ghcr.io', username: 'bob', password: '' });
    expect(loginFor('acr.io', logins)).toMatchObject({ identitytoken: 'token' });
    expect(loginFor('empty.io', logins)).toBeUndefined();
    expect(loginFor('other.io', logins)).toBeUndefined();
  });

  test('that leaves a password to a helper program is refused in words, for that registry alone', () => {
    const logins = parse({
      auths: { 'a.io': { auth: base64('a:b') }, 'c.io': {} },
      credHelpers: { 'gcr.io': 'gcloud' },
      credsStore: 'desktop',
    });
    expect(loginFor('a.io', logins)).toMatchObject({ username: 'a' });
    expect(() => loginFor('gcr.io', logins)).toThrow(/^config.json leaves the password of gcr.io to the program docker-credential-gcloud/);
    expect(() => loginFor('c.io', logins)).toThrow('docker-credential-desktop');
  });

  test.each([
    ['{"auths": {"a.io": {"auth": "hunter2"}}}', 'config.json: auths["a.io"].auth is not the base64 of user:password'],
    ['{"auths": {"a.io": {"auth": "?!"}}}', 'config.json: auths["a.io"].auth is not the base64 of user:password'],
    ['{"auths": {"a.io": {"password": 3}}}', 'config.json is not a docker config: auths.a.io.password'],
    ['{"auths": hunter2', 'config.json is not JSON'],
  ])('%s is refused without its password', (text, message) => {
    const parsing = () => parseDockerConfig(text, 'config.json');
    expect(parsing).toThrow(message);
    expect(parsing).not.toThrow('hunter2');
  });
});

describe('logins are looked for', () => {
  const config = folder('config', { 'config.json': JSON.stringify({ auths: { 'a.io': { auth: base64('config:x') } } }) });
  const registries = ['a.io'];

  test('first in the files of a secret, whose last line end is not a part of it', () => {
    const secretDirectory = folder('secret', { username: 'secret\n', password: ' p \r\n' });
    const logins = readLogins({ registries, secretDirectory, env: { DOCKER_USERNAME: 'u', DOCKER_PASSWORD: 'p' } });
    expect(loginFor('a.io', logins)).toEqual({ serveraddress: 'a.io', username: 'secret', password: ' p ' });
    expect(loginFor('b.io', logins)).toBeUndefined();
  });

  test('then in variables, then in the docker config', () => {
    const env = { DOCKER_CONFIG: config };
    const user = (more: Record<string, string>) => loginFor('a.io', readLogins({ registries, env: { ...env, ...more } }))?.username;
    expect(user({ DOCKER_USERNAME: 'variable', DOCKER_PASSWORD: 'p' })).toBe('variable');
    expect(user({})).toBe('config');
    expect(() => user({ DOCKER_PASSWORD: 'p' })).toThrow('DOCKER_PASSWORD is set without DOCKER_USERNAME');
  });

  test('and where there are none, there is none', () => {
    const logins = readLogins({ registries, env: { DOCKER_CONFIG: join(directory, 'nowhere') } });
    expect(loginFor('a.io', logins)).toBeUndefined();
    expect(logins.source).toContain('nowhere');
  });

  test('but a secret that is given must be whole', () => {
    const at = (name: string, files: Record<string, string>) => () => readLogins({ registries, secretDirectory: folder(name, files) });
    expect(at('half', { username: 'u' })).toThrow(/half\/password; the secret needs the keys username and password$/);
    expect(at('empty', { username: 'u', password: '\n' })).toThrow(/empty\/password is empty$/);
  });
});
