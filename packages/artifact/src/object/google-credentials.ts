import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError, errno } from '../artifact-error.ts';
import { type Environment, firstOf } from './environment.ts';
import { type Answer, exchange } from './exchange.ts';
import type { Expiring } from './expiring.ts';

/** What the files of Google's tools hold, as far as it is read here. */
type KeyFile = Readonly<Record<string, string | undefined>>;

const scope = 'https://www.googleapis.com/auth/devstorage.read_write';

/**
 * An access token, found as Google's "Application Default Credentials" are: the file that GOOGLE_APPLICATION_CREDENTIALS names; that of
 * `gcloud auth application-default login`; the metadata server, which on GKE gives the identity of the pod's service account (Workload
 * Identity). `undefined` where there is none of them: what is public can be read without.
 * @throws ArtifactError UNAVAILABLE where the source that is configured fails
 */
export async function googleToken(environment: Environment): Promise<Expiring<string | undefined>> {
  const file = await keyFile(environment);
  if (file !== undefined) return fromKeyFile(file.content, file.name);
  return (await fromMetadata(environment)) ?? { value: undefined };
}

async function keyFile(environment: Environment): Promise<{ content: KeyFile; name: string } | undefined> {
  const inline = firstOf(environment, 'RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS');
  if (inline !== undefined) return { content: parse(inline, 'the key of RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS'), name: 'the key' };
  const named = firstOf(environment, 'GOOGLE_APPLICATION_CREDENTIALS');
  const path = named ?? join(environment['CLOUDSDK_CONFIG'] ?? join(homedir(), '.config/gcloud'), 'application_default_credentials.json');
  try {
    return { content: parse(await readFile(path, 'utf8'), path), name: path };
  } catch (error) {
    if (errno(error) === undefined) throw error;
    if (named === undefined) return undefined;
    throw new ArtifactError('UNAVAILABLE', `GOOGLE_APPLICATION_CREDENTIALS cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function parse(text: string, name: string): KeyFile {
  try {
    return JSON.parse(text) as KeyFile;
  } catch {
    throw new ArtifactError('UNAVAILABLE', `${name} is not JSON`); // the parser's own words quote what it read
  }
}

async function fromKeyFile(key: KeyFile, name: string): Promise<Expiring<string>> {
  const url = key['token_uri'] ?? 'https://oauth2.googleapis.com/token';
  const form = formOf(key, url);
  if (form === undefined)
    throw new ArtifactError('UNAVAILABLE', `${name} is of type "${key['type']}"; "service_account" and "authorized_user" are known`);
  const answer = await exchange(async () => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(form()).toString()),
  }));
  return tokenOf(answer, `${new URL(url).host} gave no token for ${name}`);
}

function formOf(key: KeyFile, audience: string): (() => Record<string, string>) | undefined {
  if (key['type'] === 'authorized_user') {
    const { client_id = '', client_secret = '', refresh_token = '' } = key;
    return () => ({ grant_type: 'refresh_token', client_id, client_secret, refresh_token });
  }
  if (key['type'] !== 'service_account') return undefined;
  return () => ({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(key, audience) });
}

/** The JWT that a service account asks with, signed by its key (RFC 7523). */
function assertion(key: KeyFile, audience: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: key['client_email'], scope, aud: audience, iat: now, exp: now + 3600 };
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: key['private_key_id'] })}.${part(claims)}`;
  try {
    return `${text}.${createSign('RSA-SHA256')
      .update(text)
      .sign(key['private_key'] ?? '', 'base64url')}`;
  } catch {
    throw new ArtifactError('UNAVAILABLE', `the private key of ${key['client_email']} is not one`);
  }
}

async function fromMetadata(environment: Environment): Promise<Expiring<string> | undefined> {
  const host = firstOf(environment, 'GCE_METADATA_HOST') ?? '169.254.169.254'; // by its number: a name may be looked for for long
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const answer = await exchange(async () => ({ method: 'GET', url, headers: { 'metadata-flavor': 'Google' } }), {
    attempts: 3, // on GKE it may take a moment after the pod has started
    timeoutMs: 1500,
  }).catch(() => undefined);
  if (answer === undefined || answer.headers.get('metadata-flavor') !== 'Google') return undefined;
  return tokenOf(answer, `the metadata server (${host}) gave no token`);
}

function tokenOf({ status, body }: Answer, problem: string): Expiring<string> {
  const told = status === 200 ? (JSON.parse(body.toString()) as { access_token?: string; expires_in?: number }) : {};
  if (told.access_token) return { value: told.access_token, expires: Date.now() + (told.expires_in ?? 300) * 1000 };
  const [, code] = /"error"\s*:\s*"([\w-]+)"/.exec(body.toString()) ?? [];
  throw new ArtifactError('UNAVAILABLE', `${problem}: status ${status}${code === undefined ? '' : `, ${code}`}`);
}
