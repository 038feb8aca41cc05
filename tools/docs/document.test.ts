import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { brokenLinks, parseDocument, readDocument, staleCommands } from './document.ts';

const root = join(import.meta.dirname, '../..');
const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'benchmarks/**/*.md', '{packages,apps}/*/README.md'], {
  cwd: root,
  exclude: ['**/node_modules/**', '**/.cache/**'],
})
  .toSorted()
  .map((path) => readDocument(join(root, path)));

it('finds no link that leads nowhere', () => {
  expect(documents.flatMap(({ links }) => links).length).toBeGreaterThan(20);
  expect(documents.flatMap((each) => brokenLinks(each, root))).toEqual([]);
});

it('finds no command that names a script or a file that is not there', () => {
  expect(documents.flatMap(({ commands }) => commands).length).toBeGreaterThan(3);
  expect(documents.flatMap((each) => staleCommands(each, root))).toEqual([]);
});

describe('a command of the documents runs:', () => {
  const store = mkdtempSync(join(tmpdir(), 'docs-'));
  afterAll(() => rmSync(store, { recursive: true }));
  const blocks = documents.flatMap(({ path, commands }) =>
    commands.filter(({ run }) => run).map(({ line, text }) => ({ where: `${relative(root, path)}:${line}`, text })),
  );

  it('is marked in several places', () => expect(blocks.length).toBeGreaterThan(1));

  it.each(blocks)('$where', ({ text }) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-euc', text], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, SWITCHYARD_STORE: store },
    });
    expect(status, `${text}\n${stdout}${stderr}`).toBe(0);
  });
});

it('finds what is broken', () => {
  const path = join(root, 'docs/planted.md');
  const text = [
    '# A heading: here',
    '[a](nowhere.md) [b](#a-heading-here) [c](principles.md#nothing) `[d](code.md)`',
    '```sh run',
    'npm run nope',
    'cat docs/nope.md',
    '```',
  ];
  const planted = parseDocument(path, text.join('\n'));
  expect(planted.anchors).toEqual(['a-heading-here']);
  expect(planted.commands).toEqual([{ line: 3, run: true, text: 'npm run nope\ncat docs/nope.md\n' }]);
  expect(brokenLinks({ ...planted, links: planted.links.filter(({ target }) => !target.startsWith('#')) }, root)).toEqual([
    'docs/planted.md:2: nowhere.md: there is no such file',
    'docs/planted.md:2: principles.md#nothing: there is no such heading',
  ]);
  expect(staleCommands(planted, root)).toEqual([
    'docs/planted.md:3: package.json has no script "nope"',
    'docs/planted.md:3: there is no docs/nope.md',
  ]);
});
