import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answering } from '../test/answering.ts';
import { isThere, keys, type ObjectServer, startVersity } from '../test/server.ts';
import { objectStore } from './object-store.ts';
import { openBucket } from './open-bucket.ts';

const told = (uri: string, environment: Readonly<Record<string, string>>): Promise<string> =>
  objectStore(openBucket(uri, environment))
    .latest('letters')
    .then(
      () => 'no error',
      (error: Error) => {
        expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(`reading ${uri}/letters/latest: `) });
        expect(error.message).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
        return error.message.split('letters/latest: ')[1]!;
      },
    );

describe('a server refuses, and the error says why', () => {
  const check = test.skipIf(!isThere('versitygw'));
  let server: ObjectServer;
  beforeAll(async () => void (isThere('versitygw') && (server = await startVersity())));
  afterAll(async () => server?.stop());

  check('keys that are none', async () => {
    const other = { ...server.environment, AWS_ACCESS_KEY_ID: 'other' };
    expect(await told(server.uri(), other)).toContain('No user exists with the provided access key ID');
    expect(await told(server.uri(), { ...server.environment, AWS_SECRET_ACCESS_KEY: 'other' })).toMatch(
      /^the secret key is wrong \(SignatureDoesNotMatch, from 127/,
    );
  });

  check('another region', async () => {
    expect(await told(server.uri(), { ...server.environment, AWS_REGION: 'eu-west-1' })).toMatch(
      /^bucket "bucket-3" is in region us-east-1, not eu-west-1: set AWS_REGION$/,
    );
  });
});

/** What AWS answers where no server here can be brought to: by "Error responses" of its reference. */
const xml = (code: string, more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>a &lt;word&gt;</Message>${more}</Error>`;

test.each([
  [403, xml('AccessDenied'), {}, /^access denied: the credentials are good, but do not allow it \(AccessDenied, from 127/],
  [403, xml('InvalidAccessKeyId'), {}, /^there is no such access key \(InvalidAccessKeyId, from 127/],
  [403, '', {}, /^access denied \(status 403, from 127/],
  [400, xml('ExpiredToken', '<Token-0>SECRET</Token-0>'), {}, /^the session token has expired \(ExpiredToken, from 127/],
  [403, xml('RequestTimeTooSkewed'), {}, /^the clock of this machine is wrong/],
  [
    301,
    xml('PermanentRedirect'),
    { 'x-amz-bucket-region': 'eu-west-1' },
    /^bucket "bucket" is in region eu-west-1, not us-east-1: set AWS_REGION$/,
  ],
  [400, xml('AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>'), {}, /^bucket "bucket" is in region eu-west-1, not us-east-1/],
  [301, xml('PermanentRedirect'), {}, /^127.* sends elsewhere: AWS_REGION \(us-east-1\) or the endpoint is wrong$/],
  [404, xml('NoSuchBucket'), {}, /^there is no bucket "bucket" at 127/],
  [404, '404 page not found', {}, /^127.* knows no such address: is the endpoint right\?$/],
  [405, '<html>nginx</html>', {}, /^127.* does not answer as S3 does \(status 405\): is the endpoint right\?$/],
  [418, xml('Teapot'), {}, /^status 418, Teapot \(a <word>\), from 127/],
])('%i %s', async (status, body, headers, message) => {
  const server = await answering(() => ({ status, body, headers: headers as Record<string, string> }));
  expect(await told('s3://bucket/models', { ...keys, AWS_ENDPOINT_URL_S3: server.url })).toMatch(message);
});

test('a host that there is not is told at once', async () => {
  await expect(
    objectStore(openBucket('s3://bucket', { ...keys, AWS_ENDPOINT_URL_S3: 'http://nowhere.invalid' })).latest('letters'),
  ).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(
      /^cannot read the latest version of model "letters": no answer from http:\/\/nowhere\.invalid(: getaddrinfo ENOTFOUND| \(8 attempts\): getaddrinfo EAI_AGAIN)/,
    ),
  });
});

test('keys that have expired are fetched anew, once', async () => {
  let given = 0;
  const agent = await answering(() => ({
    body: JSON.stringify({
      AccessKeyId: `AK${++given}`,
      SecretAccessKey: 's',
      Token: 't',
      Expiration: new Date(Date.now() + 3600_000).toISOString(),
    }),
  }));
  const server = await answering(({ headers }) =>
    String(headers['authorization']).includes('Credential=AK1/')
      ? { status: 400, body: xml('ExpiredToken') }
      : { body: '3\n', headers: { etag: '"x"' } },
  );
  const environment = {
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url,
    AWS_ENDPOINT_URL_S3: server.url,
  };
  expect(await objectStore(openBucket('s3://bucket', environment)).latest('letters')).toBe('3');
  expect([given, server.asked.length]).toEqual([2, 2]);
});
