import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answering } from '../test/answering.ts';
import { temporaryFolder } from '../test/folder.ts';
import { awsCredentials } from './aws-credentials.ts';

const off = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
const value = { accessKeyId: 'AK', secretAccessKey: 'very secret', sessionToken: 'token' };
const json = JSON.stringify({ AccessKeyId: 'AK', SecretAccessKey: 'very secret', Token: 'token', Expiration: '2027-01-01T00:00:00Z' });
const expires = Date.parse('2027-01-01T00:00:00Z');

function file(content: string): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, content);
  return path;
}

test('of variables, those of AWS before those that secrets for Seldon Core hold', async () => {
  const rclone = { RCLONE_CONFIG_S3_ACCESS_KEY_ID: 'RK', RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: 'RS' };
  expect(await awsCredentials({ ...off, ...rclone }, 'eu-west-1')).toEqual({ value: { accessKeyId: 'RK', secretAccessKey: 'RS' } });
  const aws = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'very secret', AWS_SESSION_TOKEN: 'token' };
  expect(await awsCredentials({ ...off, ...rclone, ...aws }, 'eu-west-1')).toEqual({ value });
});

test('half of them is a mistake, and so is none at all', async () => {
  await expect(awsCredentials({ ...off, AWS_ACCESS_KEY_ID: 'AK' }, 'r')).rejects.toThrow(
    'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not',
  );
  await expect(awsCredentials({ ...off, AWS_SECRET_ACCESS_KEY: 'S' }, 'r')).rejects.toThrow(
    'AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not',
  );
  await expect(awsCredentials(off, 'r')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('there are no credentials for S3'),
  });
});

test('of the file, a profile of it', async () => {
  const AWS_SHARED_CREDENTIALS_FILE = file(
    '[default]\naws_access_key_id=D\naws_secret_access_key = DS\n\n[work]\n# keys\naws_access_key_id = AK\naws_secret_access_key = very secret\naws_session_token=token\n',
  );
  const environment = { ...off, AWS_SHARED_CREDENTIALS_FILE };
  expect(await awsCredentials(environment, 'r')).toEqual({ value: { accessKeyId: 'D', secretAccessKey: 'DS' } });
  expect(await awsCredentials({ ...environment, AWS_PROFILE: 'work' }, 'r')).toEqual({ value });
  await expect(awsCredentials({ ...environment, AWS_PROFILE: 'home' }, 'r')).rejects.toThrow('profile "home" (AWS_PROFILE) has no keys in');
});

test('a web identity takes on its role (IRSA)', async () => {
  const sts = await answering(() => ({
    body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
      <AccessKeyId>AK</AccessKeyId><SecretAccessKey>very secret</SecretAccessKey><SessionToken>token</SessionToken>
      <Expiration>2027-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  }));
  const role = 'arn:aws:iam::123456789012:role/models';
  const environment = { ...off, AWS_WEB_IDENTITY_TOKEN_FILE: file('a.jwt.token\n'), AWS_ROLE_ARN: role, AWS_ENDPOINT_URL_STS: sts.url };
  expect(await awsCredentials(environment, 'r')).toEqual({ value, expires });
  expect(Object.fromEntries(new URLSearchParams(sts.asked[0]!.body))).toMatchObject({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: role,
    WebIdentityToken: 'a.jwt.token',
    RoleSessionName: expect.stringMatching(/^switchyard-[\w+=,.@-]+$/),
  });
});

test('a role that is not given is told without the token', async () => {
  const sts = await answering(() => ({ status: 403, body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' }));
  const environment = { ...off, AWS_WEB_IDENTITY_TOKEN_FILE: file('a.jwt.token'), AWS_ROLE_ARN: 'arn:x', AWS_ENDPOINT_URL_STS: sts.url };
  const error = (await awsCredentials(environment, 'r').catch((reason: unknown) => reason)) as Error;
  expect(error.message).toMatch(/^role arn:x could not be taken on with the token of .*: AccessDenied, from 127/);
  expect(error.message).not.toContain('a.jwt.token');
});

test('a container asks where it is told to (EKS Pod Identity, ECS)', async () => {
  const agent = await answering(() => ({ body: json }));
  const environment = {
    ...off,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file('pod token'),
  };
  expect(await awsCredentials(environment, 'r')).toEqual({ value, expires });
  expect(agent.asked).toMatchObject([{ line: 'GET /v1/credentials', headers: { authorization: 'pod token' } }]);
});

test('an instance has a role, by a session (IMDSv2)', async () => {
  const imds = await answering(({ line }) => {
    if (line.startsWith('PUT')) return { body: 'session' };
    return { body: line.endsWith('/security-credentials/') ? 'models-role' : json };
  });
  expect(await awsCredentials({ ...off, AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url }, 'r')).toEqual({
    value,
    expires,
  });
  expect(imds.asked.map(({ line, headers }) => [line, headers['x-aws-ec2-metadata-token']])).toEqual([
    ['PUT /latest/api/token', undefined],
    ['GET /latest/meta-data/iam/security-credentials/', 'session'],
    ['GET /latest/meta-data/iam/security-credentials/models-role', 'session'],
  ]);
});
