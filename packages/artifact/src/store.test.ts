import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fileStore } from './file-store.ts';
import { objectPublishSteps } from './object/publish-objects.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';
import { draft, writing } from './test/draft.ts';
import { racePublishers } from './test/publisher-race.ts';
import type { Behind, ObjectServer } from './test/server.ts';
import { startPublisher } from './test/start-publisher.ts';
import { storeKinds } from './test/store-kinds.ts';

/** What every store keeps to, whatever it is made of. */

const files = { 'forest.bin': 'trees and trees', 'tfjs/model.json': '{"layers": []}', 'empty.txt': '' };

describe.each(storeKinds)('a store: $kind', ({ kind, missing, start }) => {
  const check = test.skipIf(missing);
  let server: ObjectServer;
  beforeAll(async () => {
    if (missing) return;
    server = await start();
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.stop();
  });

  const empty = (): { store: Store; uri: string; at: (key: string) => string; behind: Behind } => {
    const uri = server.uri();
    return { store: openStore(uri), uri, at: (key) => server.path(uri, key), behind: server.behind(uri) };
  };
  async function published(): Promise<ReturnType<typeof empty>> {
    const made = empty();
    await made.store.publish('letters', writing(files));
    return made;
  }
  async function flip(behind: Behind, key: string): Promise<void> {
    const bytes = await behind.read(key);
    bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1;
    await behind.write(key, bytes);
  }
  async function move({ read, write, remove }: Behind, from: string, to: string): Promise<void> {
    await write(to, await read(from));
    await remove(from);
  }

  check('gives back what was published, once and again', async () => {
    const { store, uri } = await published();
    const { manifest, directory, read } = await store.open({ name: 'letters' });
    expect(directory).toBe(`${uri}/letters/1`);
    expect(manifest).toMatchObject({ ...draft, schema: 'switchyard.artifact/v1', name: 'letters', version: '1' });
    expect(Object.keys(manifest.files)).toEqual(['empty.txt', 'forest.bin', 'tfjs/model.json']);
    for (let time = 0; time < 2; time++) {
      for (const [path, content] of Object.entries(files)) expect(Buffer.from(await read(path)).toString()).toBe(content);
    }
  });

  check('has no models before the first is published, and then those that have a version', async () => {
    const { store, behind } = empty();
    expect([await store.models(), await store.versions('letters'), await store.latest('letters')]).toEqual([[], [], undefined]);
    await store.publish('zebra', writing(files));
    await store.publish('letters', writing(files));
    await behind.write('letters/notes/model.json', 'of no version');
    expect(await store.models()).toEqual(['letters', 'zebra']);
    expect(await store.versions('letters')).toEqual(['1']);
  });

  check('opens the latest version, which moves back and forth, and any other by its number', async () => {
    const { store } = await published();
    await store.publish('letters', writing({ 'forest.bin': 'second' }));
    const opened = async (version?: string): Promise<string> =>
      (await store.open({ name: 'letters', ...(version && { version }) })).manifest.version;
    expect([await opened(), await opened('1')]).toEqual(['2', '1']);
    await store.setLatest('letters', '1');
    expect([await store.latest('letters'), await opened(), await opened('2')]).toEqual(['1', '1', '2']);
    expect((await store.publish('letters', writing(files))).manifest.version).toBe('3');
    expect(await opened()).toBe('3');
  });

  check('says what there is, where something is not found', async () => {
    const { store, behind, uri } = await published();
    const refusal = async (name: string, version?: string): Promise<unknown> =>
      store.open({ name, ...(version && { version }) }).catch((error: unknown) => error);
    expect(await refusal('digits')).toMatchObject({ code: 'NOT_FOUND', message: `there is no model "digits", in ${uri}` });
    const none = { code: 'NOT_FOUND', message: `model "letters" has no version 2; it has 1, in ${uri}` };
    expect(await refusal('letters', '2')).toMatchObject(none);
    expect(await refusal('digits', '2')).toMatchObject({ message: `model "digits" has no version 2; it has none, in ${uri}` });
    await expect(store.setLatest('letters', '2')).rejects.toMatchObject(none);
    await behind.write('letters/latest', '12\n');
    expect(await refusal('letters')).toMatchObject({
      message: `model "letters" has no version 12, which "latest" names; it has 1, in ${uri}`,
    });
    await behind.write('letters/latest', 'newest');
    expect(await refusal('letters')).toMatchObject({
      code: 'CORRUPT',
      message: `${uri}/letters/latest holds "newest", which is no version`,
    });
    await behind.remove('letters/latest');
    expect(await refusal('letters')).toMatchObject({ message: `model "letters" has no latest version, but 1, in ${uri}` });
    const { read } = await store.open({ name: 'letters', version: '1' });
    await expect(read('bush.bin')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'model "letters" version 1 has no file "bush.bin"; it has empty.txt, forest.bin, tfjs/model.json',
    });
    await expect(read('toString')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  check.each(['../x', '', 'Letters', 'a/b'])('takes no model named %j', async (name) => {
    const { store } = empty();
    const refused = { code: 'INVALID_REFERENCE' };
    await expect(store.open({ name })).rejects.toMatchObject(refused);
    await expect(store.versions(name)).rejects.toMatchObject(refused);
    await expect(store.latest(name)).rejects.toMatchObject(refused);
    await expect(store.setLatest(name, '1')).rejects.toMatchObject(refused);
    await expect(store.verify({ name })).rejects.toMatchObject(refused);
    await expect(store.publish(name, writing(files))).rejects.toMatchObject(refused);
    await expect(store.open({ name: 'letters', version: name })).rejects.toMatchObject(refused);
  });

  check.each<[string, (behind: Behind) => Promise<void>, string]>([
    ['a flipped bit', (it) => flip(it, 'letters/1/forest.bin'), 'file "forest.bin" is damaged: its sha256 is '],
    ['a flipped bit deeper down', (it) => flip(it, 'letters/1/tfjs/model.json'), 'file "tfjs/model.json" is damaged'],
    ['a flipped bit of the manifest', (it) => flip(it, 'letters/1/model.json'), 'model.json'],
    ['a file cut short', (it) => it.write('letters/1/forest.bin', 'trees'), 'file "forest.bin" has 5 bytes, expected 15'],
    ['a file grown', (it) => it.write('letters/1/empty.txt', 'x'), 'file "empty.txt" has 1 bytes, expected 0'],
    ['a file missing', (it) => it.remove('letters/1/empty.txt'), 'file "empty.txt" is missing'],
    ['a file in a folder missing', (it) => it.remove('letters/1/tfjs/model.json'), 'file "tfjs/model.json" is missing'],
    ['a file too many', (it) => it.write('letters/1/tfjs/extra.bin', ''), '"tfjs/extra.bin" is not of this artifact: '],
    ['a renamed file', (it) => move(it, 'letters/1/forest.bin', 'letters/1/trees.bin'), '"trees.bin" is not of this artifact'],
    ['no manifest', (it) => it.remove('letters/1/model.json'), 'has no model.json'],
  ])('never opens a damaged artifact: %s', async (_, damage, message) => {
    const { store, behind } = await published();
    const { read } = await store.open({ name: 'letters' });
    await read('forest.bin');
    await damage(behind);
    await expect(store.open({ name: 'letters' })).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringMatching(/^model "letters" version 1/),
    });
    const problems = await store.verify({ name: 'letters' });
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
    await expect(store.setLatest('letters', '1')).rejects.toMatchObject({ message: problems[0]!.message });
    if (message.startsWith('file "forest.bin"')) await expect(read('forest.bin')).rejects.toThrow(`model "letters" version 1: ${message}`);
  });

  check('tells all that is wrong, not the first thing alone', async () => {
    const { store, behind } = await published();
    await flip(behind, 'letters/1/forest.bin');
    await behind.remove('letters/1/empty.txt');
    await behind.write('letters/1/extra', '');
    expect((await store.verify({ name: 'letters' })).map(({ code }) => code)).toEqual(['CORRUPT', 'CORRUPT', 'CORRUPT']);
  });

  check('opens nothing that lies where another belongs', async () => {
    const { store, behind } = await published();
    const copy = async (from: string, to: string): Promise<void> => {
      for (const path of ['model.json', ...Object.keys(files)]) await behind.write(`${to}/${path}`, await behind.read(`${from}/${path}`));
    };
    await copy('letters/1', 'letters/2');
    await expect(store.open({ name: 'letters', version: '2' })).rejects.toThrow(
      'model "letters" version 2: its model.json is of version 1',
    );
    await copy('letters/1', 'digits/1');
    await expect(store.open({ name: 'digits', version: '1' })).rejects.toThrow(
      'model "digits" version 1: its model.json is of model "letters"',
    );
    await store.publish('letters', writing({ ...files, 'forest.bin': 'trees and treez' }));
    await behind.write('letters/1/forest.bin', await behind.read('letters/3/forest.bin'));
    await expect(store.open({ name: 'letters', version: '1' })).rejects.toThrow('"forest.bin" is damaged');
  });

  check('can be copied to a folder, file by file, and is a store there', async () => {
    const { store, at } = await published();
    await store.publish('letters', writing({ 'forest.bin': 'second' }));
    const copy = join(at('.'), '../copy');
    cpSync(at('.'), copy, { recursive: true });
    const other = fileStore(copy);
    expect([await other.models(), await other.versions('letters'), await other.latest('letters')]).toEqual([['letters'], ['1', '2'], '2']);
    expect(Buffer.from(await (await other.open({ name: 'letters' })).read('forest.bin')).toString()).toBe('second');
  });

  check('refuses what cannot be published, and keeps nothing of it; what the trainer throws comes through as it is', async () => {
    const { store, at } = await published();
    const names = (): string[] => readdirSync(at('letters')).toSorted();
    const before = names();
    await expect(store.publish('letters', writing({}))).rejects.toMatchObject({ code: 'INVALID_FILES' });
    const nonsense = writing(files, { ...draft, metrics: { loss: Number.NaN } });
    await expect(store.publish('letters', nonsense)).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
    const failure = Object.assign(new Error('out of trees'), { code: 'ENOENT', syscall: 'plant' });
    await expect(store.publish('letters', async () => Promise.reject(failure))).rejects.toBe(failure);
    expect(names()).toEqual(before);
    expect(await store.versions('letters')).toEqual(['1']);
  });

  check('does not give the number of a deleted version again while latest still names it', async () => {
    const { store, behind } = await published();
    await behind.write('letters/latest', '4\n');
    expect((await store.publish('letters', writing(files))).manifest.version).toBe('5');
  });

  // of a folder, publish.test.ts tries it at all steps; before it has hashed nothing is in a bucket, and the protocol of both buckets is one
  const steps: readonly string[] = { s3: objectPublishSteps.slice(objectPublishSteps.indexOf('hashed')), gs: ['uploaded'] }[kind] ?? [];
  check.each(steps)('of a publisher that is killed at "%s" has the former state, or the new one', async (step) => {
    const { store, uri, at } = await published();
    await store.publish('letters', writing({ 'forest.bin': 'more trees' }));
    const publisher = startPublisher(uri, 'letters', 1, [step]);
    publisher.go();
    expect(await publisher.ended).toMatchObject({ signal: 'SIGKILL', output: 'ready\n' });

    const there = step === 'committed' || step === 'moved';
    expect(await store.versions('letters')).toEqual(there ? ['1', '2', '3'] : ['1', '2']);
    for (const version of await store.versions('letters')) expect(await store.verify({ name: 'letters', version })).toEqual([]);
    expect(await store.latest('letters')).toBe(step === 'moved' ? '3' : '2');

    const next = await store.publish('letters', writing(files)); // sweeps, since it knows that the process is gone
    expect(next.manifest.version).toBe(there ? '4' : '3');
    expect(await store.latest('letters')).toBe(next.manifest.version);
    expect(Object.keys(next.manifest.files)).toEqual(Object.keys(files).toSorted());
    const names = readdirSync(at('letters')).filter((name) => name.startsWith('.'));
    expect(names).toEqual([]);
  });

  test.skipIf(missing || kind === 'folder')(
    'of many publishers at once gives each versions of its own, loses none, and its latest only ever goes up',
    async () => {
      const { store, uri, at } = empty();
      await racePublishers(store, uri, 3, 4);
      expect(readdirSync(at('letters')).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );
});
