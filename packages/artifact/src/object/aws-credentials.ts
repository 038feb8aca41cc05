import { readFile } from 'node:fs/promises';
import { hostname, homedir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError, errno } from '../artifact-error.ts';
import { domain } from './aws-settings.ts';
import { type Environment, firstOf } from './environment.ts';
import { exchange, type ExchangeOptions, type Request } from './exchange.ts';
import type { Expiring } from './expiring.ts';
import type { AwsKeys } from './sign-v4.ts';
import { elementText } from './xml.ts';

type Source = (environment: Environment, region: string) => Promise<Expiring<AwsKeys> | undefined>;

/**
 * Finds keys where the tools of AWS do, in their order: variables; `~/.aws/credentials`; a web identity (IRSA on EKS); the container's address
 * (EKS Pod Identity, ECS); the instance's role. Secrets for Seldon Core, which are for rclone, are read, too.
 * @throws ArtifactError UNAVAILABLE where there are none, or the source that is configured fails
 */
export async function awsCredentials(environment: Environment, region: string): Promise<Expiring<AwsKeys>> {
  for (const source of [fromVariables, fromFile, fromWebIdentity, fromContainer, fromInstance]) {
    const found = await source(environment, region);
    if (found !== undefined) return found;
  }
  throw new ArtifactError(
    'UNAVAILABLE',
    'there are no credentials for S3: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor ~/.aws/credentials, a web identity (AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE), a container’s or an instance’s role',
  );
}

const fromVariables: Source = async (environment) => {
  const accessKeyId = firstOf(environment, 'AWS_ACCESS_KEY_ID', 'RCLONE_CONFIG_S3_ACCESS_KEY_ID');
  const secretAccessKey = firstOf(environment, 'AWS_SECRET_ACCESS_KEY', 'RCLONE_CONFIG_S3_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [id, secret] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    const [set, missing] = accessKeyId === undefined ? [secret, id] : [id, secret];
    throw new ArtifactError('UNAVAILABLE', `${set} is set, but ${missing} is not`);
  }
  const sessionToken = firstOf(environment, 'AWS_SESSION_TOKEN', 'RCLONE_CONFIG_S3_SESSION_TOKEN');
  return { value: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) } };
};

const fromFile: Source = async (environment) => {
  const path = firstOf(environment, 'AWS_SHARED_CREDENTIALS_FILE') ?? join(homedir(), '.aws/credentials');
  const profile = firstOf(environment, 'AWS_PROFILE') ?? 'default';
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errno(error) === undefined) throw error;
    return ''; // not there, or not for us to read: others may have some
  });
  const values = profileOf(text, profile);
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: sessionToken } = values;
  if (accessKeyId && secretAccessKey) return { value: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } };
  if (firstOf(environment, 'AWS_PROFILE') === undefined) return undefined;
  throw new ArtifactError('UNAVAILABLE', `profile "${profile}" (AWS_PROFILE) has no keys in ${path}`);
};

function profileOf(text: string, profile: string): Record<string, string> {
  const values: Record<string, string> = {};
  let within = false;
  for (const line of text.split('\n')) {
    const section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (section !== undefined) within = section === profile;
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (within && name !== undefined && value !== undefined) values[name] = value;
  }
  return values;
}

const fromWebIdentity: Source = async (environment, region) => {
  const file = firstOf(environment, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  const role = firstOf(environment, 'AWS_ROLE_ARN');
  if (file === undefined || role === undefined) return undefined;
  const token = (await readSecret(file, 'AWS_WEB_IDENTITY_TOKEN_FILE')).trim();
  const session = (firstOf(environment, 'AWS_ROLE_SESSION_NAME') ?? `switchyard-${hostname()}`)
    .replaceAll(/[^\w+=,.@-]/g, '-')
    .slice(0, 64);
  const url = firstOf(environment, 'AWS_ENDPOINT_URL_STS') ?? `https://sts.${region}.${domain(region)}`;
  const form = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: role, RoleSessionName: session };
  const answer = await exchange(async () => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams({ ...form, WebIdentityToken: token }).toString()),
  }));
  const xml = answer.body.toString();
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'].map(
    (name) => elementText(xml, name),
  );
  if (answer.status === 200 && accessKeyId && secretAccessKey && sessionToken)
    return { value: { accessKeyId, secretAccessKey, sessionToken }, expires: Date.parse(expiration ?? '') || Date.now() + 900_000 };
  const why = elementText(xml, 'Code') ?? `status ${answer.status}`;
  throw new ArtifactError('UNAVAILABLE', `role ${role} could not be taken on with the token of ${file}: ${why}, from ${new URL(url).host}`);
};

const fromContainer: Source = async (environment) => {
  const relative = firstOf(environment, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const url = relative === undefined ? firstOf(environment, 'AWS_CONTAINER_CREDENTIALS_FULL_URI') : `http://169.254.170.2${relative}`;
  if (url === undefined) return undefined;
  const file = firstOf(environment, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const token =
    file === undefined
      ? firstOf(environment, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
      : (await readSecret(file, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')).trim();
  return keysAt({ method: 'GET', url, headers: token === undefined ? {} : { authorization: token } }, {});
};

/** IMDSv2: a token first, so that nobody is tricked into asking for the keys. Outside of AWS nobody answers, at once or never. */
const fromInstance: Source = async (environment) => {
  if (environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined;
  const base = firstOf(environment, 'AWS_EC2_METADATA_SERVICE_ENDPOINT')?.replace(/\/+$/, '') ?? 'http://169.254.169.254';
  const quick = { attempts: 2, timeoutMs: 1000 };
  const session = await exchange(
    async () => ({ method: 'PUT', url: `${base}/latest/api/token`, headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' } }),
    quick,
  ).catch(() => undefined);
  if (session?.status !== 200) return undefined;
  const headers = { 'x-aws-ec2-metadata-token': session.body.toString() };
  const roles = `${base}/latest/meta-data/iam/security-credentials/`;
  const role = await exchange(async () => ({ method: 'GET', url: roles, headers }), quick);
  if (role.status !== 200) return undefined; // an instance without a role
  return keysAt({ method: 'GET', url: roles + role.body.toString().split('\n')[0]!.trim(), headers }, quick);
};

async function keysAt(request: Request, options: ExchangeOptions): Promise<Expiring<AwsKeys>> {
  const answer = await exchange(async () => request, options);
  const told = answer.status === 200 ? (JSON.parse(answer.body.toString()) as Record<string, string | undefined>) : {};
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration: expiration } = told;
  if (accessKeyId && secretAccessKey)
    return {
      value: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      ...(expiration && { expires: Date.parse(expiration) }),
    };
  throw new ArtifactError('UNAVAILABLE', `${new URL(request.url).host} gave no credentials: status ${answer.status}`);
}

async function readSecret(path: string, variable: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new ArtifactError('UNAVAILABLE', `${variable} cannot be read: ${error.message}`, { cause: error });
  });
}
