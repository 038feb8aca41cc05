import { createVerify, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answering } from '../test/answering.ts';
import { temporaryFolder } from '../test/folder.ts';
import { googleToken } from './google-credentials.ts';

const off = { CLOUDSDK_CONFIG: '/nowhere', GCE_METADATA_HOST: '127.0.0.1:1' };
const token = { body: JSON.stringify({ access_token: 'ya29.token', expires_in: 3600, token_type: 'Bearer' }) };

function file(content: unknown): string {
  const path = join(temporaryFolder(), 'key.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('a service account asks with a JWT that its key signed', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = await answering(() => token);
  const key = {
    type: 'service_account',
    client_email: 'models@acme.iam.gserviceaccount.com',
    private_key_id: 'k1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${server.url}/token`,
  };
  const before = Date.now();
  const { value, expires } = await googleToken({ ...off, GOOGLE_APPLICATION_CREDENTIALS: file(key) });
  expect(value).toBe('ya29.token');
  expect(expires! - before).toBeGreaterThanOrEqual(3600_000);
  const form = new URLSearchParams(server.asked[0]!.body);
  const [header, claims, signature] = form.get('assertion')!.split('.') as [string, string, string];
  expect(createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')).toBe(true);
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: key.client_email, aud: key.token_uri });
  const inline = await googleToken({ ...off, RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS: JSON.stringify(key) });
  expect(inline.value).toBe('ya29.token');
});

test('a person has a refresh token', async () => {
  const server = await answering(() => token);
  const key = { type: 'authorized_user', client_id: 'id', client_secret: 'cs', refresh_token: 'rt', token_uri: server.url };
  expect((await googleToken({ ...off, GOOGLE_APPLICATION_CREDENTIALS: file(key) })).value).toBe('ya29.token');
  expect(Object.fromEntries(new URLSearchParams(server.asked[0]!.body))).toEqual({
    grant_type: 'refresh_token',
    client_id: 'id',
    client_secret: 'cs',
    refresh_token: 'rt',
  });
});

test('a pod on GKE asks the metadata server (Workload Identity)', async () => {
  const server = await answering(() => ({ ...token, headers: { 'metadata-flavor': 'Google' } }));
  expect((await googleToken({ ...off, GCE_METADATA_HOST: new URL(server.url).host })).value).toBe('ya29.token');
  expect(server.asked).toMatchObject([
    { line: 'GET /computeMetadata/v1/instance/service-accounts/default/token', headers: { 'metadata-flavor': 'Google' } },
  ]);
});

test('who is nobody may read what is public', async () => {
  expect(await googleToken(off)).toEqual({ value: undefined });
});

test('a key that cannot be used is told by its file, and nothing of it', async () => {
  const at = (content: unknown): Promise<unknown> =>
    googleToken({ ...off, GOOGLE_APPLICATION_CREDENTIALS: file(content) }).then(
      () => 'no error',
      (error: Error) => error.message,
    );
  expect(await at('{"private_key": "very secret')).toMatch(/key\.json is not JSON$/);
  expect(await at({ type: 'external_account' })).toMatch(
    /key\.json is of type "external_account"; "service_account" and "authorized_user" are known$/,
  );
  expect(await at({ type: 'service_account', client_email: 'a@b', private_key: 'very secret' })).toBe('the private key of a@b is not one');
  const server = await answering(() => ({ status: 400, body: '{"error": "invalid_grant", "error_description": "rt was revoked"}' }));
  expect(await at({ type: 'authorized_user', refresh_token: 'rt', token_uri: server.url })).toMatch(
    /gave no token for .*key\.json: status 400, invalid_grant$/,
  );
  await expect(googleToken({ ...off, GOOGLE_APPLICATION_CREDENTIALS: '/nowhere' })).rejects.toThrow(
    'GOOGLE_APPLICATION_CREDENTIALS cannot be read: ENOENT',
  );
});
