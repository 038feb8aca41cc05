import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Headers } from 'tar-fs';
import { afterAll, expect, test } from 'vitest';
import { findContext, packContext } from './build-context.ts';

const root = mkdtempSync(join(tmpdir(), 'switchyard-context-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
function folder(files: Record<string, string>): string {
  const directory = join(root, String(count++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** The files in the stream, as its reader sees them. */
async function packed(directory: string, dockerfile?: string): Promise<Headers[]> {
  const headers: Headers[] = [];
  const stream = packContext(findContext(directory, dockerfile && join(directory, dockerfile)));
  await pipeline(
    stream as unknown as Readable,
    extract(join(root, `out${count++}`), { map: (header) => (headers.push({ ...header }), header) }),
  );
  return headers;
}
const filesOf = (headers: Headers[]) => headers.filter((each) => each.type === 'file').map((each) => each.name);

const files = {
  Dockerfile: 'FROM scratch',
  'src/main.ts': '1',
  'src/main.test.ts': '2',
  'node_modules/a/index.js': '3',
  'docs/index.md': '4',
  'docs/keep.md': '5',
  '.git/HEAD': 'ref',
};

test('a folder is sent whole where nothing is ignored, links as links and root as the owner', async () => {
  const directory = folder({ ...files, 'deep/er/x': '6' });
  symlinkSync('../src', join(directory, 'deep/link'));
  const headers = await packed(directory);
  expect(filesOf(headers).toSorted()).toEqual([...Object.keys(files), 'deep/er/x'].toSorted());
  expect(headers.find((each) => each.type === 'symlink')).toMatchObject({ name: 'deep/link', linkname: '../src' });
  expect(new Set(headers.map((each) => `${each.uid}:${each.gid}`))).toEqual(new Set(['0:0']));
});

test.each([
  ['names', '.git\nnode_modules\n# docs\n', ['Dockerfile', 'docs/index.md', 'docs/keep.md', 'src/main.test.ts', 'src/main.ts']],
  ['patterns', '**/*.test.ts\n.git\nnode_modules\ndocs/*.md', ['Dockerfile', 'src/main.ts']],
  ['exceptions', '*\n!src/main.ts\n!docs\ndocs/index.md', ['Dockerfile', 'docs/keep.md', 'src/main.ts']],
  ['an exception under what is ignored', 'docs\n.git\nnode_modules\nsrc\n!docs/keep.md', ['Dockerfile', 'docs/keep.md']],
  ['everything: the Dockerfile comes along', '*', ['Dockerfile']],
])('a .dockerignore leaves out %s', async (_, text, expected) => {
  const headers = await packed(folder({ ...files, '.dockerignore': text }));
  expect(
    filesOf(headers)
      .filter((each) => each !== '.dockerignore')
      .toSorted(),
  ).toEqual(expected);
});

test("a Dockerfile's own .dockerignore goes before the folder's", async () => {
  const directory = folder({ 'tools/Dockerfile': '', 'tools/Dockerfile.dockerignore': '*\n!a', '.dockerignore': 'a', a: '', b: '' });
  expect(filesOf(await packed(directory, 'tools/Dockerfile'))).toEqual(['a', 'tools/Dockerfile']);
});

test('a large file is read only as fast as it is taken', async () => {
  const directory = folder({ Dockerfile: '', large: '' });
  truncateSync(join(directory, 'large'), 1024 ** 3);
  const stream = packContext(findContext(directory)) as unknown as Readable;
  let taken = 0;
  let stalled = (): void => {};
  const stall = new Promise<void>((resolve) => (stalled = resolve));
  const taker = new Writable({
    write(chunk: Buffer, _, next) {
      if ((taken += chunk.length) < 1024 ** 2) next();
      else stalled();
    },
  });
  stream.pipe(taker);
  await stall;
  const before = process.memoryUsage().arrayBuffers;
  for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
  const more = process.memoryUsage().arrayBuffers - before;
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.destroy();
  await closed;
  expect(more).toBeLessThan(8 * 1024 ** 2);
});

test('what cannot be built is refused in words', () => {
  const directory = folder({ 'sub/x': '' });
  expect(() => findContext(join(directory, 'nowhere'))).toThrow(/nowhere is no folder$/);
  expect(() => findContext(directory)).toThrow(`there is no Dockerfile ${directory}/Dockerfile`);
  expect(() => findContext(join(directory, 'sub'), join(directory, 'Dockerfile'))).toThrow('lies outside of the context');
});
