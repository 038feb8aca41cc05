import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileStore } from './file-store.ts';
import type { Store } from './store.ts';
import { draft, manifest, writing } from './test/draft.ts';
import { temporaryFolder } from './test/folder.ts';

const files = { 'forest.bin': 'trees and trees', 'tfjs/model.json': '{"layers": []}', 'empty.txt': '' };

async function published(): Promise<{ store: Store; root: string; directory: string }> {
  const root = temporaryFolder();
  const store = fileStore(root);
  const { directory } = await store.publish('letters', writing(files));
  return { store, root, directory };
}

describe('a store', () => {
  test('gives back what was published', async () => {
    const { store, root } = await published();
    const { manifest, directory, read } = await store.open({ name: 'letters' });
    expect(directory).toBe(join(root, 'letters/1'));
    expect(manifest).toMatchObject({ ...draft, schema: 'switchyard.artifact/v1', name: 'letters', version: '1' });
    expect(Math.abs(Date.now() - Date.parse(manifest.created))).toBeLessThan(3600_000);
    expect(Object.keys(manifest.files)).toEqual(['empty.txt', 'forest.bin', 'tfjs/model.json']);
    for (const [path, content] of Object.entries(files)) expect(Buffer.from(await read(path)).toString()).toBe(content);
  });

  test('has no models before the first is published, and then those that have a version', async () => {
    const root = join(temporaryFolder(), 'not/yet');
    const store = fileStore(root);
    expect([await store.models(), await store.versions('letters'), await store.latest('letters')]).toEqual([[], [], undefined]);
    await store.publish('zebra', writing(files));
    await store.publish('letters', writing(files));
    mkdirSync(join(root, 'empty'));
    mkdirSync(join(root, 'NoName/1'), { recursive: true });
    mkdirSync(join(root, 'letters/notes'));
    writeFileSync(join(root, 'letters/7'), 'no folder');
    expect(await store.models()).toEqual(['letters', 'zebra']);
    expect(await store.versions('letters')).toEqual(['1']);
  });

  test('opens the latest version, which moves back and forth, and any other by its number', async () => {
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

  test('does not point latest to a version that is damaged or not there', async () => {
    const { store, directory } = await published();
    await store.publish('letters', writing(files));
    rmSync(join(directory, 'forest.bin'));
    await expect(store.setLatest('letters', '1')).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(store.setLatest('letters', '9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await store.latest('letters')).toBe('2');
  });

  test('says what there is, where something is not found', async () => {
    const { store, root, directory } = await published();
    const refusal = async (name: string, version?: string): Promise<unknown> =>
      store.open({ name, ...(version && { version }) }).catch((error: unknown) => error);
    expect(await refusal('digits')).toMatchObject({ code: 'NOT_FOUND', message: `there is no model "digits", in ${root}` });
    expect(await refusal('letters', '2')).toMatchObject({
      code: 'NOT_FOUND',
      message: `model "letters" has no version 2; it has 1, in ${root}`,
    });
    expect(await refusal('digits', '2')).toMatchObject({ message: `model "digits" has no version 2; it has none, in ${root}` });
    writeFileSync(join(root, 'letters/latest'), '12\n');
    expect(await refusal('letters')).toMatchObject({
      message: `model "letters" has no version 12, which "latest" names; it has 1, in ${root}`,
    });
    writeFileSync(join(root, 'letters/latest'), 'newest');
    expect(await refusal('letters')).toMatchObject({
      code: 'CORRUPT',
      message: `${root}/letters/latest holds "newest", which is no version`,
    });
    rmSync(join(root, 'letters/latest'));
    expect(await refusal('letters')).toMatchObject({ message: `model "letters" has no latest version, but 1, in ${root}` });
    const { read } = await store.open({ name: 'letters', version: '1' });
    await expect(read('bush.bin')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'model "letters" version 1 has no file "bush.bin"; it has empty.txt, forest.bin, tfjs/model.json',
    });
    await expect(read('toString')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    renameSync(directory, `${directory}0`);
    symlinkSync(`${directory}0`, directory);
    expect(await refusal('letters', '1')).toMatchObject({ code: 'NOT_FOUND' }); // a link is not a version
  });

  test.each(['../x', '', 'Letters', 'a/b'])('takes no model named %j', async (name) => {
    const store = fileStore(temporaryFolder());
    const refused = { code: 'INVALID_REFERENCE' };
    await expect(store.open({ name })).rejects.toMatchObject(refused);
    await expect(store.versions(name)).rejects.toMatchObject(refused);
    await expect(store.latest(name)).rejects.toMatchObject(refused);
    await expect(store.setLatest(name, '1')).rejects.toMatchObject(refused);
    await expect(store.verify({ name })).rejects.toMatchObject(refused);
    await expect(store.publish(name, writing(files))).rejects.toMatchObject(refused);
    await expect(store.open({ name: 'letters', version: name })).rejects.toMatchObject(refused);
  });

  test('that is no folder says so', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const store = fileStore(file);
    await expect(store.models()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`cannot list the models in ${file}: ENOTDIR`),
    });
    await expect(store.open({ name: 'letters' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1;
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
}

describe('a damaged artifact is never opened', () => {
  test.each<[string, (directory: string) => void, string]>([
    ['a flipped bit', (it) => flip(join(it, 'forest.bin')), 'file "forest.bin" is damaged: its sha256 is '],
    ['a flipped bit deeper down', (it) => flip(join(it, 'tfjs/model.json')), 'file "tfjs/model.json" is damaged'],
    ['a flipped bit of the manifest', (it) => flip(join(it, 'model.json')), 'model.json'],
    ['a file cut short', (it) => truncateSync(join(it, 'forest.bin'), 5), 'file "forest.bin" has 5 bytes, expected 15'],
    ['a file grown', (it) => appendFileSync(join(it, 'empty.txt'), 'x'), 'file "empty.txt" has 1 bytes, expected 0'],
    ['a file missing', (it) => rmSync(join(it, 'empty.txt')), 'file "empty.txt" is missing'],
    ['a folder missing', (it) => rmSync(join(it, 'tfjs'), { recursive: true }), 'file "tfjs/model.json" is missing'],
    [
      'a file too many',
      (it) => writeFileSync(join(it, 'tfjs/extra.bin'), ''),
      '"tfjs/extra.bin" is not of this artifact: a file that its model.json does not list',
    ],
    ['a link too many', (it) => symlinkSync('/etc/hosts', join(it, 'hosts')), '"hosts" is not of this artifact: a symbolic link'],
    [
      'a file that is a link to the same content',
      (it) => {
        renameSync(join(it, 'forest.bin'), join(it, '../elsewhere'));
        symlinkSync('../elsewhere', join(it, 'forest.bin'));
      },
      '"forest.bin" is a symbolic link, expected a file',
    ],
    [
      'a folder that is a link',
      (it) => {
        renameSync(join(it, 'tfjs'), join(it, '../elsewhere'));
        symlinkSync('../elsewhere', join(it, 'tfjs'));
      },
      '"tfjs" is not of this artifact: a symbolic link',
    ],
    [
      'a manifest that is a link',
      (it) => {
        renameSync(join(it, 'model.json'), join(it, '../elsewhere'));
        symlinkSync('../elsewhere', join(it, 'model.json'));
      },
      '"model.json" is a symbolic link, expected a file',
    ],
    [
      'a folder in place of a file',
      (it) => (rmSync(join(it, 'empty.txt')), mkdirSync(join(it, 'empty.txt'))),
      '"empty.txt" is a folder, expected a file',
    ],
    ['a renamed file', (it) => renameSync(join(it, 'forest.bin'), join(it, 'trees.bin')), '"trees.bin" is not of this artifact'],
    ['no manifest', (it) => rmSync(join(it, 'model.json')), 'has no model.json'],
  ])('%s', async (_, damage, message) => {
    const { store, directory } = await published();
    const { read } = await store.open({ name: 'letters' });
    damage(directory);
    await expect(store.open({ name: 'letters' })).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringMatching(/^model "letters" version 1/),
    });
    const problems = await store.verify({ name: 'letters' });
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
    if (message.startsWith('file "forest.bin"')) await expect(read('forest.bin')).rejects.toThrow(`model "letters" version 1: ${message}`);
  });

  test('verify tells all that is wrong, not the first thing alone', async () => {
    const { store, directory } = await published();
    flip(join(directory, 'forest.bin'));
    rmSync(join(directory, 'empty.txt'));
    writeFileSync(join(directory, 'extra'), '');
    expect((await store.verify({ name: 'letters' })).map(({ code }) => code)).toEqual(['CORRUPT', 'CORRUPT', 'CORRUPT']);
  });

  test('a file that is gone after it was verified is told as missing when it is read', async () => {
    const { store, directory } = await published();
    const { read } = await store.open({ name: 'letters' });
    rmSync(join(directory, 'empty.txt'));
    await expect(read('empty.txt')).rejects.toMatchObject({
      code: 'CORRUPT',
      message: 'model "letters" version 1: file "empty.txt" is missing',
    });
  });

  test('nor is one that lies where another belongs', async () => {
    const { store, root, directory } = await published();
    renameSync(directory, join(root, 'letters/2'));
    await expect(store.open({ name: 'letters', version: '2' })).rejects.toThrow(
      'model "letters" version 2: its model.json is of version 1',
    );
    renameSync(join(root, 'letters'), join(root, 'digits'));
    renameSync(join(root, 'digits/2'), join(root, 'digits/1'));
    await expect(store.open({ name: 'digits' })).rejects.toThrow('model "digits" version 1: its model.json is of model "letters"');
  });

  test('nor one with the sound manifest of another', async () => {
    const { store, directory } = await published();
    const other = await store.publish('letters', writing({ ...files, 'forest.bin': 'trees and treez' }));
    rmSync(join(directory, 'forest.bin'));
    copyFileSync(join(other.directory, 'forest.bin'), join(directory, 'forest.bin'));
    await expect(store.open({ name: 'letters', version: '1' })).rejects.toThrow('"forest.bin" is damaged');
  });
});

test('an empty folder that a copy has lost, or gained, is no damage', async () => {
  const store = fileStore(temporaryFolder());
  const { directory } = await store.publish('letters', async (temporary) => {
    mkdirSync(join(temporary, 'assets'));
    return writing(files)(temporary);
  });
  rmSync(join(directory, 'assets'), { recursive: true });
  mkdirSync(join(directory, 'lost+found'));
  expect((await store.open({ name: 'letters' })).manifest.seed).toBe(manifest.seed);
});
