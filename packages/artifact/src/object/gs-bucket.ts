import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ArtifactError } from '../artifact-error.ts';
import type { Bucket, Condition, Listed } from './bucket.ts';
import { type Environment, firstOf } from './environment.ts';
import { exchange, type Answer, type Request } from './exchange.ts';
import { renewed } from './expiring.ts';
import { partSize, readWhole } from './file-parts.ts';
import { googleToken } from './google-credentials.ts';
import type { Location } from './location.ts';
import { restHeaders, resumable } from './resume.ts';

type Ask = Omit<Request, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };
type Metadata = {
  readonly name: string;
  readonly size: string;
  readonly updated: string;
  readonly metadata?: { readonly writer?: string };
};

/**
 * A prefix of a bucket of Google Cloud Storage, by its JSON API: that takes the tokens of Workload Identity, and a condition on each write
 * (`ifGenerationMatch`), which its S3-compatible API does not. STORAGE_EMULATOR_HOST names another server, as for Google's own libraries.
 */
export function gsBucket({ uri, bucket, prefix }: Location, environment: Environment): Bucket {
  const base = addressOf(environment);
  const token = renewed(() => googleToken(environment));
  const objects = `${base}/storage/v1/b/${bucket}/o`;
  const name = (key: string): string => (prefix === '' ? key : `${prefix}/${key}`);
  const bare = (found: string): string => (prefix === '' ? found : found.slice(prefix.length + 1));
  const object = (key: string): string => `${objects}/${encodeURIComponent(name(key))}`;
  const of = (key: string): string => `${uri}/${key}`;

  async function authorized({ headers = {}, ...ask }: Ask): Promise<Request> {
    const value = emulated(environment) ? undefined : await token.get();
    return { ...ask, headers: { ...headers, ...(value !== undefined && { authorization: `Bearer ${value}` }) } };
  }

  async function call(ask: Ask): Promise<Answer> {
    const answer = await exchange(() => authorized(ask));
    return answer.status === 401 && token.renew() ? exchange(() => authorized(ask)) : answer;
  }

  const refused = ({ status, body }: Pick<Answer, 'status'> & { body: Buffer | string }, doing: string): ArtifactError =>
    gsError(status, body.toString(), doing, bucket, new URL(base).host);

  async function settle(answer: Answer, key: string, writer: string): Promise<boolean> {
    if (answer.status < 300) return true;
    const over = answer.repeated && (answer.status === 404 || answer.status === 410); // an upload is gone once it is complete
    if (answer.status !== 412 && !over) throw refused(answer, `writing ${of(key)}`);
    if (!answer.repeated) return false;
    const there = await call({ method: 'GET', url: object(key) });
    return there.status === 200 && (JSON.parse(there.body.toString()) as Metadata).metadata?.writer === writer;
  }

  const upload = (type: string, key: string, condition?: Condition): string => {
    const generation = condition === undefined ? {} : { ifGenerationMatch: condition === 'absent' ? '0' : condition.tag };
    return `${base}/upload/storage/v1/b/${bucket}/o?${new URLSearchParams({ uploadType: type, name: name(key), ...generation }).toString()}`;
  };

  async function put(key: string, content: Uint8Array, condition?: Condition): Promise<boolean> {
    const writer = randomUUID();
    const described = { name: name(key), metadata: { writer }, md5Hash: createHash('md5').update(content).digest('base64') };
    const body = Buffer.concat([
      Buffer.from(`--${writer}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(described)}\r\n`),
      Buffer.from(`--${writer}\r\ncontent-type: application/octet-stream\r\n\r\n`),
      content,
      Buffer.from(`\r\n--${writer}--\r\n`),
    ]);
    const headers = { 'content-type': `multipart/related; boundary=${writer}` };
    return settle(await call({ method: 'POST', url: upload('multipart', key, condition), headers, body }), key, writer);
  }

  async function putParts(key: string, path: string, bytes: number): Promise<boolean> {
    const writer = randomUUID();
    const doing = `writing ${of(key)}`;
    const begun = await call({
      method: 'POST',
      url: upload('resumable', key, 'absent'),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ name: name(key), metadata: { writer } })),
    });
    const session = begun.headers.get('location');
    if (begun.status === 412) return false;
    if (begun.status >= 300 || session === null) throw refused(begun, doing);
    const part = Buffer.allocUnsafe(partSize(bytes));
    const file = await open(path, 'r');
    try {
      for (let offset = 0; ;) {
        const { bytesRead } = await file.read(part, 0, part.length, offset);
        const range = `bytes ${offset}-${offset + bytesRead - 1}/${bytes}`;
        const answer = await call({ method: 'PUT', url: session, headers: { 'content-range': range }, body: part.subarray(0, bytesRead) });
        if (answer.status !== 308) return await settle(answer, key, writer);
        const next = Number(/-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1] ?? -1) + 1;
        if (next <= offset && answer.repeated === false) throw new ArtifactError('UNAVAILABLE', `${doing}: nothing of ${range} was kept`);
        offset = next;
      }
    } finally {
      await file.close();
    }
  }

  return {
    uri,
    async list(start) {
      const found: Listed[] = [];
      for (let pageToken: string | undefined = ''; pageToken !== undefined;) {
        const query = new URLSearchParams({
          prefix: name(start),
          fields: 'items(name,size,updated),nextPageToken',
          ...(pageToken && { pageToken }),
        });
        const answer: Answer = await call({ method: 'GET', url: `${objects}?${query.toString()}` });
        if (answer.status !== 200) throw refused(answer, `listing ${uri}`);
        const page = JSON.parse(answer.body.toString()) as { items?: readonly Metadata[]; nextPageToken?: string };
        found.push(
          ...(page.items ?? []).map((each) => ({ key: bare(each.name), bytes: Number(each.size), modified: Date.parse(each.updated) })),
        );
        pageToken = page.nextPageToken || undefined;
      }
      return found;
    },
    async get(key) {
      const answer = await call({ method: 'GET', url: `${object(key)}?alt=media` });
      if (answer.status === 200) return { content: answer.body, tag: answer.headers.get('x-goog-generation') ?? '' };
      const error = refused(answer, `reading ${of(key)}`);
      if (error.code === 'NOT_FOUND') return undefined;
      throw error;
    },
    read: (key) =>
      resumable(
        (from) => authorized({ method: 'GET', url: `${object(key)}?alt=media`, headers: restHeaders(from) }),
        async (response) => refused({ status: response.status, body: await response.text() }, `reading ${of(key)}`),
      ),
    put,
    async putFile(key, path) {
      const whole = await readWhole(path);
      return 'content' in whole ? put(key, whole.content, 'absent') : putParts(key, path, whole.bytes);
    },
    async remove(key) {
      const answer = await call({ method: 'DELETE', url: object(key) });
      if (answer.status >= 300 && answer.status !== 404) throw refused(answer, `removing ${of(key)}`);
    },
    abandonUploads: async () => {}, // they end by themselves after a week, and cost nothing
  };
}

const emulated = (environment: Environment): boolean => firstOf(environment, 'STORAGE_EMULATOR_HOST') !== undefined;

function addressOf(environment: Environment): string {
  const host = firstOf(environment, 'STORAGE_EMULATOR_HOST') ?? 'https://storage.googleapis.com';
  return (/^https?:\/\//.test(host) ? host : `http://${host}`).replace(/\/+$/, '');
}

/** Makes words for an operator of what the JSON API refused. */
function gsError(status: number, body: string, doing: string, bucket: string, host: string): ArtifactError {
  const said = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body;
  const fail = (why: string): ArtifactError => new ArtifactError('UNAVAILABLE', `${doing}: ${why}`);
  if (status === 404 && !doing.startsWith('listing') && !/bucket/i.test(said))
    return new ArtifactError('NOT_FOUND', `${doing}: there is no such object`);
  if (status === 404) return fail(`there is no bucket "${bucket}" at ${host}`);
  if (status === 401) return fail(`access denied: there are no credentials, or they have expired (status 401, from ${host})`);
  if (status === 403) return fail(`access denied: the credentials are good, but do not allow it (status 403, from ${host})`);
  return fail(`status ${status}${said ? ` (${said.slice(0, 200)})` : ''}, from ${host}`);
}
