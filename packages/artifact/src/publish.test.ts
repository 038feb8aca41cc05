import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { contentDigest } from './content-digest.ts';
import { fileStore } from './file-store.ts';
import { publishInto, publishSteps } from './publish.ts';
import { scratchName } from './scratch.ts';
import { draft, writing } from './test/draft.ts';
import { temporaryFolder } from './test/folder.ts';
import { racePublishers } from './test/publisher-race.ts';
import { startPublisher } from './test/start-publisher.ts';

const files = { 'forest.bin': 'trees', 'tfjs/model.json': '{}' };
const hidden = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('.'));

/** All that readers can see of a store. */
async function state(directory: string): Promise<unknown> {
  const store = fileStore(directory);
  const models = await store.models();
  const latest = await Promise.all(
    models.map(async (name) => {
      const { manifest, read } = await store.open({ name });
      const content = await Promise.all(Object.keys(manifest.files).map(async (path) => Buffer.from(await read(path)).toString()));
      return { manifest, content };
    }),
  );
  return { models, latest };
}

describe('a publisher that is killed', () => {
  test.each(['writing', ...publishSteps])('at "%s" leaves the former state, or the new one once latest has moved', async (step) => {
    const directory = temporaryFolder();
    const store = fileStore(directory);
    await store.publish('letters', writing(files));
    await store.publish('letters', writing({ 'forest.bin': 'more trees' }));
    const before = await state(directory);

    const publisher = startPublisher(directory, 'letters', 1, [step]);
    publisher.go();
    expect(await publisher.ended).toMatchObject({ signal: 'SIGKILL', output: 'ready\n' });

    const claimed = publishSteps.indexOf(step as 'moved') >= publishSteps.indexOf('claimed');
    expect(await store.versions('letters')).toEqual(claimed ? ['1', '2', '3'] : ['1', '2']);
    for (const version of await store.versions('letters')) expect(await store.verify({ name: 'letters', version })).toEqual([]);
    if (step === 'moved') expect(await store.latest('letters')).toBe('3');
    else expect(await state(directory)).toEqual(before);

    const next = await store.publish('letters', writing(files));
    expect(next.manifest.version).toBe(claimed ? '4' : '3');
    expect(await store.latest('letters')).toBe(next.manifest.version);
    expect(hidden(join(directory, 'letters'))).toEqual([]);
  });

  test('at its first version leaves no model behind', async () => {
    const directory = temporaryFolder();
    const publisher = startPublisher(directory, 'letters', 1, ['synced']);
    publisher.go();
    await publisher.ended;
    expect(await state(directory)).toEqual({ models: [], latest: [] });
    await expect(fileStore(directory).open({ name: 'letters' })).rejects.toThrow('there is no model "letters"');
  });
});

test('eight publishers at once get distinct versions, none is lost, and latest only ever goes up, to the highest', async () => {
  const directory = temporaryFolder();
  await racePublishers(fileStore(directory), directory, 8, 3);
  expect(hidden(join(directory, 'letters'))).toEqual([]);
});

describe('publishing', () => {
  test('passes its steps in the order that is documented', async () => {
    const steps: string[] = [];
    await publishInto(join(temporaryFolder(), 'letters'), 'letters', writing(files), (step) => steps.push(step));
    expect(steps).toEqual(publishSteps);
  });

  test('leaves files that nobody may write, in folders that whoever may read the store may read', async () => {
    const directory = temporaryFolder();
    const artifact = await fileStore(directory).publish('letters', writing(files));
    const mode = (path: string): number => statSync(path).mode & 0o777;
    for (const path of ['model.json', ...Object.keys(files)]) expect(mode(join(artifact.directory, path))).toBe(0o444);
    expect(mode(artifact.directory)).toBe(mode(join(directory, 'letters')));
  });

  test('the same files have the same content digest, the one that sha256sum gives; others have not', async () => {
    const store = fileStore(temporaryFolder());
    const first = await store.publish('letters', writing(files));
    const second = await store.publish('letters', writing(files));
    const other = await store.publish('letters', writing({ ...files, 'forest.bin': 'treez' }));
    expect(contentDigest(first.manifest)).toBe(contentDigest(second.manifest));
    expect(contentDigest(first.manifest)).not.toBe(contentDigest(other.manifest));
    const listed = execFileSync('sha256sum', Object.keys(files), { cwd: first.directory });
    expect(contentDigest(first.manifest)).toBe(execFileSync('sha256sum', { input: listed }).toString().slice(0, 64));
  });

  test('under SOURCE_DATE_EPOCH the same model gives the same manifest, byte for byte', async () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', '1700000000');
    const texts = await Promise.all(
      [temporaryFolder(), temporaryFolder()].map(async (directory) => {
        const artifact = await fileStore(directory).publish('letters', writing(files));
        return readFileSync(join(artifact.directory, 'model.json'), 'utf8');
      }),
    );
    vi.unstubAllEnvs();
    expect(texts[0]).toContain('"created": "2023-11-14T22:13:20.000Z"');
    expect(texts[0]).toBe(texts[1]);
  });

  test('does not give the number of a deleted version again while latest still names it', async () => {
    const directory = temporaryFolder();
    const store = fileStore(directory);
    await store.publish('letters', writing(files));
    writeFileSync(join(directory, 'letters/latest'), '4\n');
    expect((await store.publish('letters', writing(files))).manifest.version).toBe('5');
  });

  test('passes over a number that something else occupies, and replaces a damaged latest', async () => {
    const directory = temporaryFolder();
    const store = fileStore(directory);
    mkdirSync(join(directory, 'letters'));
    writeFileSync(join(directory, 'letters/1'), 'a file, not a version');
    writeFileSync(join(directory, 'letters/latest'), 'nonsense');
    expect((await store.publish('letters', writing(files))).manifest.version).toBe('2');
    expect(await store.latest('letters')).toBe('2');
  });
});

describe('what cannot be published is refused, and leaves nothing', () => {
  const link = async (directory: string): Promise<typeof draft> => {
    symlinkSync('/etc/hosts', join(directory, 'hosts'));
    return draft;
  };
  const pipe = async (directory: string): Promise<typeof draft> => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    return draft;
  };
  test.each([
    ['a symbolic link', link, '"hosts" is a symbolic link; only files can be published'],
    ['a pipe', pipe, '"pipe" is a special file'],
    ['no file', writing({}), 'no file was written'],
    ['a manifest of its own', writing({ 'model.json': '{}' }), '"model.json" is for the store to write'],
    ['a name that is not portable', writing({ 'a\\b': '' }), '"a\\b" is not a name that works everywhere'],
    ['a name that is no key', writing({ 'folder/__proto__': '' }), '"folder/__proto__" is not a name'],
    ['a metric that is no number', writing(files, { ...draft, metrics: { loss: Number.NaN } }), 'metrics.loss: '],
  ])('%s', async (_, write, message) => {
    const directory = temporaryFolder();
    const store = fileStore(directory);
    await expect(store.publish('letters', write)).rejects.toThrow(message);
    expect(readdirSync(join(directory, 'letters'))).toEqual([]);
  });

  test.each(publishSteps)('a failure after "%s" leaves nothing that is not finished', async (fatal) => {
    const folder = join(temporaryFolder(), 'letters');
    const failure = new Error('the disk is on fire');
    const onStep = (step: string): void => {
      if (step === fatal) throw failure;
    };
    await expect(publishInto(folder, 'letters', writing(files), onStep)).rejects.toBe(failure);
    expect(hidden(folder)).toEqual([]);
  });

  test('an error of the trainer comes through as it is', async () => {
    const directory = temporaryFolder();
    const failure = Object.assign(new Error('out of trees'), { code: 'ENOENT', syscall: 'plant' });
    const publishing = fileStore(directory).publish('letters', async () => Promise.reject(failure));
    await expect(publishing).rejects.toBe(failure);
    expect(readdirSync(join(directory, 'letters'))).toEqual([]);
  });

  test('a store that fails says what could not be done', async () => {
    const blocked = join(temporaryFolder(), 'file');
    writeFileSync(blocked, '');
    const publishing = fileStore(blocked).publish('letters', writing(files));
    await expect(publishing).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('cannot publish model "letters": E'),
    });
  });
});

test('a publisher sweeps away what the dead have left, and nothing of the living', async () => {
  const folder = join(temporaryFolder(), 'letters');
  const gone = execFileSync(process.execPath, ['-p', 'process.pid']).toString().trim();
  const mine = scratchName('publish');
  const dead = mine.replace(`-${process.pid}-`, `-${gone}-`);
  const elsewhere = mine.replace(/publish-[0-9a-f]{8}/, 'publish-00000000');
  const old = elsewhere.replace(/[0-9a-f]{12}$/, '0'.repeat(12));
  for (const name of [mine, dead, elsewhere, old]) mkdirSync(join(folder, name, 'some'), { recursive: true });
  const longAgo = Date.now() / 1000 - 25 * 3600;
  utimesSync(join(folder, old), longAgo, longAgo);
  writeFileSync(join(folder, '.keep'), '');

  await publishInto(folder, 'letters', writing(files));
  expect(hidden(folder).toSorted()).toEqual(['.keep', mine, elsewhere].toSorted());
});
