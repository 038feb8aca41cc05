import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { draft, writing } from '../test/draft.ts';
import { temporaryFolder } from '../test/folder.ts';
import { type Fate, proxy, type Seen } from '../test/proxy.ts';
import type { ObjectServer } from '../test/server.ts';
import { storeKinds } from '../test/store-kinds.ts';
import type { Bucket } from './bucket.ts';
import { objectStore } from './object-store.ts';
import { openBucket } from './open-bucket.ts';

const buckets = storeKinds.filter(({ kind }) => kind !== 'folder');

describe.each(buckets)('a bucket of $kind', ({ kind, missing, start }) => {
  const check = test.skipIf(missing);
  let server: ObjectServer;
  beforeAll(async () => void (missing || (server = await start())));
  afterAll(async () => server?.stop());

  const open = (uri: string, url = server.url): Bucket =>
    openBucket(uri, { ...server.environment, ...(kind === 's3' ? { AWS_ENDPOINT_URL_S3: url } : { STORAGE_EMULATOR_HOST: url }) });
  async function through(
    fate: (seen: Seen, count: number) => Fate,
  ): Promise<{ bucket: Bucket; seen: Seen[]; direct: Bucket; store: Store }> {
    const uri = server.uri();
    const way = await proxy(server.url, fate);
    const bucket = open(uri, way.url);
    return { bucket, seen: way.seen, direct: open(uri), store: objectStore(bucket) };
  }
  function file(bytes: number): { path: string; content: Buffer } {
    const path = join(temporaryFolder(), 'file');
    const content = randomBytes(bytes);
    writeFileSync(path, content);
    return { path, content };
  }
  async function contentOf(bucket: Bucket, key: string): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await bucket.read(key))!) pieces.push(piece);
    return Buffer.concat(pieces);
  }
  const text = async (bucket: Bucket, key: string): Promise<string | undefined> => (await bucket.get(key))?.content.toString();

  check('writes where nothing is, or what was read still is, and says where it did not', async () => {
    const bucket = open(server.uri());
    expect(await bucket.put('a/x', Buffer.from('one'), 'absent')).toBe(true);
    expect(await bucket.put('a/x', Buffer.from('two'), 'absent')).toBe(false);
    const { tag } = (await bucket.get('a/x'))!;
    expect(await bucket.put('a/x', Buffer.from('three'), { tag })).toBe(true);
    expect(await bucket.put('a/x', Buffer.from('four'), { tag })).toBe(false);
    expect(await bucket.put('a/none', Buffer.from('five'), { tag })).toBe(false);
    expect([await text(bucket, 'a/x'), await text(bucket, 'a/none'), await bucket.read('a/none')]).toEqual(['three', undefined, undefined]);
    await bucket.remove('a/x');
    await bucket.remove('a/x');
    expect(await bucket.list('')).toEqual([]);
  });

  check('lists page by page, and of a prefix no more than that', async () => {
    const size = { adding: { [kind === 's3' ? 'max-keys' : 'maxResults']: '3' } };
    const { bucket, direct, seen } = await through(() => size);
    const keys = Array.from({ length: 11 }, (_, index) => `a/${String(index).padStart(2, '0')}`);
    for (const key of [...keys, 'ab/1']) await direct.put(key, Buffer.from('x'));
    expect((await bucket.list('a/')).map(({ key }) => key)).toEqual(keys);
    expect(seen).toHaveLength(4);
    expect((await bucket.list('')).length).toBe(12);
    expect((await bucket.list('a/1')).map(({ key }) => key)).toEqual(['a/10']);
  });

  check('sends a large file in parts, gives it back, and does not write over one', async () => {
    const { bucket, seen } = await through(() => 'pass');
    const { path, content } = file((20 << 20) + 7);
    expect(await bucket.putFile('a/big', path)).toBe(true);
    const sent = seen.map(({ headers }) => Number(headers['content-length'] ?? 0));
    expect(Math.max(...sent)).toBe(8 << 20);
    expect((await contentOf(bucket, 'a/big')).equals(content)).toBe(true);
    expect(await bucket.putFile('a/big', file(9 << 20).path)).toBe(false);
    expect((await contentOf(bucket, 'a/big')).equals(content)).toBe(true);
  });

  check('asks again after what passes', async () => {
    const fates: readonly Fate[] = ['unheard', 503, 429, 'pass'];
    const { store, seen } = await through((_, count) => fates[count % fates.length]!);
    await store.publish('letters', writing({ 'forest.bin': 'trees' }));
    expect(await store.latest('letters')).toBe('1');
    expect(seen.length).toBeGreaterThan(40);
  });

  check('knows its own write where the answer was lost, small and large', async () => {
    let lost = 0;
    const isEnd = ({ method, path }: Seen): boolean => method !== 'GET' && /uploadId=|resumable|upload_id/.test(path);
    const { bucket, direct } = await through((seen) => {
      const last = seen.method === 'PUT' || seen.method === 'POST';
      return last && lost === 0 && !isEnd(seen) && ++lost ? 'lost' : 'pass';
    });
    expect(await bucket.put('a/x', Buffer.from('mine'), 'absent')).toBe(true);
    expect([lost, await text(direct, 'a/x')]).toEqual([1, 'mine']);

    let completed = 0;
    const other = await through(({ method, path, headers }) => {
      const end =
        kind === 's3' ? method === 'POST' && path.includes('uploadId=') : (headers['content-range'] ?? '').endsWith('-9437183/9437184');
      return end && ++completed === 1 ? 'lost' : 'pass';
    });
    const { path, content } = file(9 << 20);
    expect(await other.bucket.putFile('a/big', path)).toBe(true);
    expect(completed).toBe(2);
    expect((await contentOf(other.direct, 'a/big')).equals(content)).toBe(true);
  });

  check('does not take the write of another for its own where the answer was lost', async () => {
    let count = 0;
    const { bucket, direct } = await through(({ method }) => (method !== 'GET' && method !== 'HEAD' && ++count === 1 ? 503 : 'pass'));
    expect(await direct.put('a/x', Buffer.from('theirs'), 'absent')).toBe(true);
    expect(await bucket.put('a/x', Buffer.from('mine'), 'absent')).toBe(false);
    expect([count, await text(direct, 'a/x')]).toEqual([2, 'theirs']);
  });

  check('reads on where the connection broke', async () => {
    let breaks = 0;
    const { bucket, direct, seen } = await through(({ method }) => (method === 'GET' && ++breaks <= 3 ? 'half' : 'pass'));
    const { path, content } = file(3 << 20);
    await direct.putFile('a/x', path);
    expect((await contentOf(bucket, 'a/x')).equals(content)).toBe(true);
    const starts = seen.map(({ headers }) => Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0));
    expect(starts).toHaveLength(4);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(content.length / 2);
  });

  check('asks once to learn of a new version', async () => {
    const { store, seen } = await through(() => 'pass');
    await store.publish('letters', writing({ 'forest.bin': 'trees' }));
    seen.length = 0;
    expect(await store.latest('letters')).toBe('1');
    expect(seen.map(({ method }) => method)).toEqual(['GET']);
  });

  check.each(kind === 's3' ? ['if-none-match', 'if-match'] : ['ifGenerationMatch'])(
    'of a server that does not look at %s is nothing to publish into',
    async (without) => {
      const { store, direct, seen } = await through(() => ({ without }));
      await expect(store.publish('letters', writing({ 'forest.bin': 'trees' }))).rejects.toMatchObject({
        code: 'UNSUPPORTED_STORE',
        message: expect.stringContaining(
          `the server ignores conditions of writes (${without === 'if-match' ? 'If-Match' : 'If-None-Match: *'})`,
        ),
      });
      expect(await direct.list('')).toEqual([]);
      expect(seen.some(({ path, headers }) => headers[without] ?? path.includes(without))).toBe(true);
    },
  );

  check('that there is not, or that does not answer, is told by its name', async () => {
    const uri = server.uri();
    const nowhere = uri.replace(/bucket-\d+/, 'no-such-bucket');
    const publish = (at: Bucket): Promise<unknown> => objectStore(at).publish('letters', async () => draft);
    for (const work of [() => objectStore(open(nowhere)).open({ name: 'letters' }), () => objectStore(open(nowhere)).models()])
      await expect(work()).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringMatching(
          /^cannot .*no-such-bucket\/some\/models.*: there is no bucket "no-such-bucket" at 127\.0\.0\.1:\d+$/,
        ),
      });
    await expect(publish(open(uri))).rejects.toMatchObject({ code: 'INVALID_FILES' });
    const silent = await proxy(server.url, () => 503);
    await expect(objectStore(open(uri, silent.url)).latest('letters')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('status 503'),
    });
    expect(silent.seen).toHaveLength(8);
  });
});
