import { randomUUID } from 'node:crypto';
import type { ArtifactError } from '../artifact-error.ts';
import { awsCredentials } from './aws-credentials.ts';
import { awsSettings, bucketAddress } from './aws-settings.ts';
import type { Bucket, Condition, Listed } from './bucket.ts';
import type { Environment } from './environment.ts';
import { exchange, type Answer, type Request } from './exchange.ts';
import { renewed } from './expiring.ts';
import type { Location } from './location.ts';
import { restHeaders, resumable } from './resume.ts';
import { codeOf, isExpired, type Refusal, s3Error } from './s3-error.ts';
import { encodeUri, signV4 } from './sign-v4.ts';
import { inParts, partSize, readWhole } from './file-parts.ts';
import { elements, elementText } from './xml.ts';

type Ask = {
  readonly method: Request['method'];
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

/** Who wrote an object: by it a writer knows its own where an answer was lost. */
const writerHeader = 'x-amz-meta-writer';

/**
 * A prefix of a bucket of S3, or of a server that speaks as S3 does and honours `If-None-Match` and `If-Match` of writes (AWS since 2024,
 * MinIO, Ceph, Cloudflare R2, VersityGW; `publish` makes sure of it). Settings are those of AWS: see docs/artifact.md.
 */
export function s3Bucket({ uri, bucket, prefix }: Location, environment: Environment): Bucket {
  const settings = awsSettings(bucket, environment);
  const address = bucketAddress(bucket, settings);
  const credentials = renewed(() => awsCredentials(environment, settings.region));
  const place = { bucket, address, settings };
  const name = (key: string): string => (prefix === '' ? key : `${prefix}/${key}`);
  const of = (key: string): string => `${uri}/${key}`;

  async function signed({ method, key, query = {}, headers = {}, body }: Ask): Promise<Request> {
    const path = key === undefined ? '/' : `/${name(key).split('/').map(encodeUri).join('/')}`;
    const search = Object.entries(query).map(([field, value]) => `${encodeUri(field)}=${encodeUri(value)}`);
    const url = new URL(`${address}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`);
    const unsigned = { method, url, headers, ...(body && { body }) };
    return { method, url: url.href, headers: signV4(unsigned, await credentials.get(), settings.region), ...(body && { body }) };
  }

  async function call(ask: Ask): Promise<Answer> {
    const answer = await exchange(() => signed(ask));
    if (!isExpired(refusalOf(answer)) || !credentials.renew()) return answer;
    return exchange(() => signed(ask));
  }

  const refused = (answer: Answer, doing: string): ArtifactError => s3Error(refusalOf(answer), doing, place);

  async function expectOk(ask: Ask, doing: string): Promise<Answer> {
    const answer = await call(ask);
    if (answer.status >= 300) throw refused(answer, doing);
    return answer;
  }

  /** Whether the object that is there is the one that was to be written: an attempt whose answer was lost. */
  async function isMine(key: string, writer: string): Promise<boolean> {
    const answer = await call({ method: 'HEAD', key });
    return answer.status === 200 && answer.headers.get(writerHeader) === writer;
  }

  /** @returns whether it was written; false where the condition does not hold */
  async function settle(answer: Answer, key: string, writer: string): Promise<boolean> {
    const code = codeOf(refusalOf(answer));
    if (answer.status < 300 && code === undefined) return true;
    const taken = answer.status === 412 || answer.status === 409 || code === 'PreconditionFailed';
    // an upload in parts is gone once it is complete; If-Match of an object that is gone is told as NoSuchKey
    if (taken || code === 'NoSuchUpload' || code === 'NoSuchKey') {
      if (answer.repeated && (await isMine(key, writer))) return true;
      if (taken || code === 'NoSuchKey') return false;
    }
    throw refused(answer, `writing ${of(key)}`);
  }

  async function put(key: string, body: Uint8Array, condition?: Condition): Promise<boolean> {
    const writer = randomUUID();
    for (let attempt = 1; ; attempt++) {
      const answer = await call({ method: 'PUT', key, body, headers: { ...conditionHeaders(condition), [writerHeader]: writer } });
      // 409: another writer is at it just now, and the outcome is open
      if (answer.status === 409 && codeOf(refusalOf(answer)) === 'ConditionalRequestConflict' && attempt < 10) continue;
      return settle(answer, key, writer);
    }
  }

  async function putParts(key: string, path: string, bytes: number): Promise<boolean> {
    const writer = randomUUID();
    const doing = `writing ${of(key)}`;
    const begun = await expectOk({ method: 'POST', key, query: { uploads: '' }, headers: { [writerHeader]: writer } }, doing);
    const uploadId = elementText(begun.body.toString(), 'UploadId') ?? '';
    try {
      const tags: string[] = [];
      await inParts(path, partSize(bytes), async (body, at) => {
        const answer = await expectOk({ method: 'PUT', key, body, query: { partNumber: String(at + 1), uploadId } }, doing);
        tags[at] = answer.headers.get('etag') ?? '';
      });
      const parts = tags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag.replaceAll('"', '&quot;')}</ETag></Part>`);
      const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
      const headers = { 'if-none-match': '*', 'content-type': 'application/xml' };
      const written = await settle(await call({ method: 'POST', key, query: { uploadId }, headers, body }), key, writer);
      if (!written) await call({ method: 'DELETE', key, query: { uploadId } });
      return written;
    } catch (error) {
      await call({ method: 'DELETE', key, query: { uploadId } }).catch(() => {}); // the first failure is the one to tell
      throw error;
    }
  }

  async function pages(
    query: Readonly<Record<string, string>>,
    next: (xml: string) => Record<string, string> | undefined,
  ): Promise<string[]> {
    const found: string[] = [];
    for (let more: Record<string, string> | undefined = {}; more;) {
      const answer = await expectOk({ method: 'GET', query: { ...query, ...more } }, `listing ${uri}`);
      const xml = answer.body.toString();
      found.push(xml);
      more = elementText(xml, 'IsTruncated') === 'true' ? next(xml) : undefined;
    }
    return found;
  }

  const bare = (found: string): string => (prefix === '' ? found : found.slice(prefix.length + 1));

  return {
    uri,
    async list(start) {
      const found = await pages({ 'list-type': '2', prefix: name(start) }, (xml) => ({
        'continuation-token': elementText(xml, 'NextContinuationToken') ?? '',
      }));
      return found.flatMap((xml) => elements(xml, 'Contents').map((content) => listed(content, bare)));
    },
    async get(key) {
      const answer = await call({ method: 'GET', key });
      if (answer.status === 200) return { content: answer.body, tag: answer.headers.get('etag') ?? '' };
      if (codeOf(refusalOf(answer)) === 'NoSuchKey') return undefined;
      throw refused(answer, `reading ${of(key)}`);
    },
    read: (key) =>
      resumable(
        (from) => signed({ method: 'GET', key, headers: restHeaders(from) }),
        async (response) =>
          s3Error({ status: response.status, headers: response.headers, body: await response.text() }, `reading ${of(key)}`, place),
      ),
    put,
    async putFile(key, path) {
      const whole = await readWhole(path);
      return 'content' in whole ? put(key, whole.content, 'absent') : putParts(key, path, whole.bytes);
    },
    async remove(key) {
      const answer = await call({ method: 'DELETE', key });
      if (answer.status >= 300 && answer.status !== 404) throw refused(answer, `removing ${of(key)}`);
    },
    async abandonUploads(start) {
      const found = await pages({ uploads: '', prefix: name(start) }, (xml) => ({
        'key-marker': elementText(xml, 'NextKeyMarker') ?? '',
        'upload-id-marker': elementText(xml, 'NextUploadIdMarker') ?? '',
      }));
      for (const upload of found.flatMap((xml) => elements(xml, 'Upload'))) {
        const key = bare(elementText(upload, 'Key') ?? '');
        if (key.startsWith(start)) await call({ method: 'DELETE', key, query: { uploadId: elementText(upload, 'UploadId') ?? '' } });
      }
    },
  };
}

const refusalOf = ({ status, headers, body }: Answer): Refusal => ({
  status,
  headers,
  body: status < 300 && !body.subarray(0, 200).includes('<Error>') ? '' : body.toString(),
});

const conditionHeaders = (condition: Condition | undefined): Record<string, string> =>
  condition === undefined ? {} : condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.tag };

const listed = (content: string, bare: (found: string) => string): Listed => ({
  key: bare(elementText(content, 'Key') ?? ''),
  bytes: Number(elementText(content, 'Size')),
  modified: Date.parse(elementText(content, 'LastModified') ?? ''),
});
