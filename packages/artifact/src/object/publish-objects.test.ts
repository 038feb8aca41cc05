import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchName } from '../scratch.ts';
import { writing } from '../test/draft.ts';
import { temporaryFolder } from '../test/folder.ts';
import { proxy } from '../test/proxy.ts';
import { isThere, startVersity, type ObjectServer } from '../test/server.ts';
import type { Bucket } from './bucket.ts';
import { claimNext } from './claim.ts';
import { moveLatest } from './move-latest.ts';
import { claimKey } from './object-key.ts';
import { openBucket } from './open-bucket.ts';
import { objectPublishSteps, publishObjects } from './publish-objects.ts';
import { sweepClaims } from './sweep-claims.ts';

const missing = !isThere('versitygw');
const check = test.skipIf(missing);
const name = 'letters';
const write = writing({ 'forest.bin': 'trees', 'tfjs/model.json': '{}' });
const day = 24 * 3600_000;
let server: ObjectServer;
beforeAll(async () => void (missing || (server = await startVersity())));
afterAll(async () => server?.stop());

const empty = (): Bucket => openBucket(server.uri(), server.environment);
const keysOf = async (bucket: Bucket): Promise<string[]> => (await bucket.list('')).map(({ key }) => key).toSorted();
/** A claim as a process of another host has it: nobody here can tell whether it lives. */
const elsewhere = (): string => scratchName('claim').replace(/claim-[0-9a-f]{8}/, 'claim-00000000');

describe('publishing into a bucket', () => {
  check('passes its steps in the order that is documented, and leaves the version and latest alone', async () => {
    const bucket = empty();
    const steps: string[] = [];
    expect(await publishObjects(bucket, name, write, (step) => steps.push(step))).toBe('1');
    expect(steps).toEqual(objectPublishSteps);
    expect(await keysOf(bucket)).toEqual(['letters/1/forest.bin', 'letters/1/model.json', 'letters/1/tfjs/model.json', 'letters/latest']);
  });

  check.each(objectPublishSteps)('fails after "%s" and leaves nothing that is not finished', async (fatal) => {
    const bucket = empty();
    const failure = new Error('the line is cut');
    const onStep = (step: string): void => {
      if (step === fatal) throw failure;
    };
    await expect(publishObjects(bucket, name, write, onStep)).rejects.toBe(failure);
    const there = (await keysOf(bucket)).filter((key) => !key.startsWith('letters/.claim-'));
    expect(there.length).toBe({ committed: 3, moved: 4 }[fatal as 'moved'] ?? 0);
    expect(await publishObjects(bucket, name, write)).toBe(there.length > 0 ? '2' : '1');
  });

  check('takes the next number where something lies already, and touches it not', async () => {
    const bucket = empty();
    await bucket.put('letters/4/notes.txt', Buffer.from('by hand'));
    expect(await publishObjects(bucket, name, write)).toBe('5');
    expect((await bucket.get('letters/4/notes.txt'))?.content.toString()).toBe('by hand');
  });
});

describe('the sweep', () => {
  async function abandoned(bucket: Bucket, owner: string): Promise<void> {
    await bucket.put(claimKey(name, '1'), Buffer.from(owner), 'absent');
    await bucket.put('letters/1/forest.bin', Buffer.from('half'));
  }

  check('takes what nobody has touched for a day, not what is younger', async () => {
    const bucket = empty();
    await abandoned(bucket, elsewhere());
    await sweepClaims(bucket, name, Date.now() + day - 3600_000);
    expect(await keysOf(bucket)).toEqual(['letters/.claim-1', 'letters/1/forest.bin']);
    await sweepClaims(bucket, name, Date.now() + day + 3600_000);
    expect(await keysOf(bucket)).toEqual([]);
  });

  check('leaves what is finished, and a living process of this host', async () => {
    const bucket = empty();
    await publishObjects(bucket, name, write);
    await bucket.put(claimKey(name, '1'), Buffer.from(elsewhere()));
    await claimNext(bucket, name);
    await sweepClaims(bucket, name);
    expect((await keysOf(bucket)).filter((key) => key.includes('.claim'))).toEqual(['letters/.claim-1', 'letters/.claim-2']);
    await sweepClaims(bucket, name, Date.now() + 2 * day);
    expect(await keysOf(bucket)).toEqual(['letters/1/forest.bin', 'letters/1/model.json', 'letters/1/tfjs/model.json', 'letters/latest']);
  });

  check('ends the uploads in parts of the dead', async () => {
    const uri = server.uri();
    const way = await proxy(server.url, ({ method, path }) => (method !== 'GET' && path.includes('uploadId=') ? 403 : 'pass'));
    const bucket = openBucket(uri, { ...server.environment, AWS_ENDPOINT_URL_S3: way.url });
    const path = join(temporaryFolder(), 'big.bin');
    writeFileSync(path, Buffer.alloc(9 << 20));
    await expect(bucket.putFile('letters/1/big.bin', path)).rejects.toThrow('access denied'); // nor can it give the upload up
    const begun = way.seen.filter((seen) => seen.path.endsWith('?uploads='));
    expect(begun).toHaveLength(1);
    const direct = openBucket(uri, server.environment);
    await abandoned(direct, elsewhere());
    const watched = await proxy(server.url, () => 'pass');
    const sweeper = openBucket(uri, { ...server.environment, AWS_ENDPOINT_URL_S3: watched.url });
    await sweepClaims(sweeper, name, Date.now() + 2 * day);
    const ended = (): number => watched.seen.filter((seen) => seen.method === 'DELETE' && seen.path.includes('uploadId=')).length;
    expect([ended(), await keysOf(direct)]).toEqual([1, []]);
    await sweeper.abandonUploads('letters/1/');
    expect(ended()).toBe(1); // there was none left
  });

  check('one that was silent for more than a day does not publish what was swept', async () => {
    const bucket = empty();
    const sweeping = (step: string): void => {
      if (step === 'claimed') swept = sweepClaims(bucket, name, Date.now() + 2 * day);
    };
    let swept: Promise<void> | undefined;
    const files = writing(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${at}.bin`, 'x'])));
    await expect(publishObjects(bucket, name, files, sweeping)).rejects.toThrow('which was silent for more than a day; publish again');
    await swept;
    expect((await keysOf(bucket)).filter((key) => key.endsWith('model.json') || key.endsWith('latest'))).toEqual([]);
  });
});

describe('latest', () => {
  check('is not moved back by one that was overtaken, though it was rolled back in between', async () => {
    const bucket = empty();
    for (let version = 1; version <= 3; version++) await publishObjects(bucket, name, write);
    await moveLatest(bucket, name, '2');
    expect((await bucket.get('letters/latest'))?.content.toString()).toBe('3\n');
    await bucket.put('letters/latest', Buffer.from('1\n'));
    await moveLatest(bucket, name, '2');
    expect((await bucket.get('letters/latest'))?.content.toString()).toBe('1\n');
    await bucket.put('letters/latest', Buffer.from('nonsense'));
    await moveLatest(bucket, name, '3');
    expect((await bucket.get('letters/latest'))?.content.toString()).toBe('3\n');
  });
});
