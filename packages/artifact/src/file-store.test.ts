import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  test('takes no link for a version', async () => {
    const { store, directory } = await published();
    renameSync(directory, `${directory}0`);
    symlinkSync(`${directory}0`, directory);
    await expect(store.open({ name: 'letters', version: '1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
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

describe('a damaged artifact is never opened', () => {
  test.each<[string, (directory: string) => void, string]>([
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
  ])('%s', async (_, damage, message) => {
    const { store, directory } = await published();
    await store.open({ name: 'letters' });
    damage(directory);
    await expect(store.open({ name: 'letters' })).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringMatching(/^model "letters" version 1/),
    });
    const problems = await store.verify({ name: 'letters' });
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
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
