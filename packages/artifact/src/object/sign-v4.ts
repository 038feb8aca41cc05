import { createHash, createHmac } from 'node:crypto';

export type AwsKeys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

export type Unsigned = {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

/**
 * The headers of a request to S3 with its signature: AWS Signature Version 4 (docs.aws.amazon.com, "Authenticating requests: using the
 * Authorization header"). The body is signed, too, so what arrives is what was sent, also without TLS.
 */
export function signV4({ method, url, headers, body }: Unsigned, keys: AwsKeys, region: string, now = new Date()): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signed: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': sha256(body ?? ''),
    'x-amz-date': time,
    ...(keys.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }),
  };
  const names = Object.keys(signed).toSorted();
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...names.map((name) => `${name}:${signed[name]!.trim()}`),
    '',
    names.join(';'),
    signed['x-amz-content-sha256'],
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${hmac(key, text).toString('hex')}`;
  const { host: _, ...sent } = signed; // fetch sends it by itself
  return { ...sent, authorization };
}

/** RFC 3986, as AWS wants it: all but letters, digits and `-._~` is escaped. */
export const encodeUri = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(url: URL): string {
  const pairs = [...url.searchParams].map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`);
  return pairs.toSorted().join('&');
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
