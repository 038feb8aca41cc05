import { ArtifactError } from '../artifact-error.ts';
import type { AwsSettings } from './aws-settings.ts';
import { elementText } from './xml.ts';

export type Refusal = { readonly status: number; readonly headers: Headers; readonly body: string };

/** The code that S3 gave, such as `NoSuchKey`; a HEAD has none. */
export const codeOf = ({ body }: Refusal): string | undefined => elementText(body, 'Code');

/** The token of credentials that are made anew every hour may be past its end on the server's clock. */
export const isExpired = (refusal: Refusal): boolean =>
  /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired)$/.test(codeOf(refusal) ?? '');

type Place = { readonly bucket: string; readonly address: string; readonly settings: AwsSettings };

/** Makes words for an operator of what S3 refused. Nothing of the request but its address is in them. */
export function s3Error(refusal: Refusal, doing: string, { bucket, address, settings }: Place): ArtifactError {
  const { status, headers, body } = refusal;
  const code = codeOf(refusal);
  const host = new URL(address).host;
  const region = elementText(body, 'Region') ?? headers.get('x-amz-bucket-region') ?? undefined;
  const fail = (why: string): ArtifactError => new ArtifactError('UNAVAILABLE', `${doing}: ${why}`);
  if (code === 'NoSuchKey') return new ArtifactError('NOT_FOUND', `${doing}: there is no such object`);
  if (code === 'NoSuchBucket') return fail(`there is no bucket "${bucket}" at ${host}`);
  if (region !== undefined && region !== settings.region && [301, 307, 400].includes(status))
    return fail(`bucket "${bucket}" is in region ${region}, not ${settings.region}: set AWS_REGION`);
  if (status === 301 || status === 307) return fail(`${host} sends elsewhere: AWS_REGION (${settings.region}) or the endpoint is wrong`);
  const known = code === undefined ? undefined : words[code];
  if (known !== undefined) return fail(`${known} (${code}, from ${host})`);
  if (status === 403) return fail(`access denied (${code ?? 'status 403'}, from ${host})`);
  if (status === 404 && code === undefined) return fail(`${host} knows no such address: is the endpoint right?`);
  if (code === undefined && body !== '' && !body.includes('<Error'))
    return fail(`${host} does not answer as S3 does (status ${status}): is the endpoint right?`);
  return fail(`status ${status}${code === undefined ? '' : `, ${code}`}${message(body)}, from ${host}`);
}

const words: Readonly<Record<string, string>> = {
  AccessDenied: 'access denied: the credentials are good, but do not allow it',
  AllAccessDisabled: 'access denied',
  InvalidAccessKeyId: 'there is no such access key',
  SignatureDoesNotMatch: 'the secret key is wrong',
  InvalidToken: 'the session token is not valid',
  ExpiredToken: 'the session token has expired',
  ExpiredTokenException: 'the session token has expired',
  TokenRefreshRequired: 'the session token has expired',
  RequestTimeTooSkewed: 'the clock of this machine is wrong',
  InvalidBucketName: 'no bucket can have this name',
  QuotaExceeded: 'the bucket is full',
  NotImplemented: 'the server cannot do this',
};

function message(body: string): string {
  const text = elementText(body, 'Message');
  return text ? ` (${text.slice(0, 200)})` : '';
}
