import { expect, test } from 'vitest';
import { signV4 } from './sign-v4.ts';

/** The examples of AWS: "Signature calculations for the Authorization header: transferring payload in a single chunk". */
const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const now = new Date('2013-05-24T00:00:00Z');
const at = (path: string): URL => new URL(`https://examplebucket.s3.amazonaws.com${path}`);

test.each([
  [
    'a part of an object',
    { method: 'GET', url: at('/test.txt'), headers: { range: 'bytes=0-9' } },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'a write',
    {
      method: 'PUT',
      url: at('/test%24file.text'),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: Buffer.from('Welcome to Amazon S3.'),
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'a query without a value',
    { method: 'GET', url: at('/?lifecycle'), headers: {} },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'a listing',
    { method: 'GET', url: at('/?max-keys=2&prefix=J'), headers: {} },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('signs %s as AWS does', (_, request, signature) => {
  expect(signV4(request, keys, 'us-east-1', now)['authorization']).toMatch(new RegExp(`Signature=${signature}$`));
});

test('a session token is sent and signed', () => {
  const headers = signV4({ method: 'GET', url: at('/a'), headers: {} }, { ...keys, sessionToken: 'token' }, 'us-east-1', now);
  expect(headers['x-amz-security-token']).toBe('token');
  expect(headers['authorization']).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
});
