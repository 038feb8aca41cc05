import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Component } from './component.ts';
import { joinBuild } from './join-build.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'join-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const component = (root: string): Component => ({
  root,
  name: 'program',
  packageName: '@switchyard/program',
  version: '0.1.0',
  license: 'Apache-2.0',
  entries: [],
  ports: [],
  native: false,
});

/** What the compiler might have made, in a workspace of its own. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), text);
  }
}

const chunks = (root: string): string[] => globSync('chunk-*.js', { cwd: join(workspace, root, 'dist') });

test('joins a program with what it imports, and its thread; what is loaded when needed is a chunk', async () => {
  const root = 'packages/rf-runtime'; // whose thread stands in the table
  write({
    [`${root}/dist/main.js`]: `#!/usr/bin/env node
      import { one } from './one.js';
      import { names } from 'old';
      const thread = new URL('./batch-worker.js', import.meta.url);
      console.log(one, names, process.argv.length > 2 ? (await import('./late.js')).late : '', (await import(thread.href)).again);`,
    [`${root}/dist/one.js`]: `export const one = 'one';`,
    [`${root}/dist/late.js`]: `export const late = 'late';`,
    [`${root}/dist/batch-worker.js`]: `import { one } from './one.js'; export const again = one + ' again';`,
    'node_modules/old/package.json': '{"name":"old","main":"index.js"}',
    'node_modules/old/index.js': `exports.names = [require('node:path').basename(__dirname)];`,
  });
  await joinBuild(workspace, component(root));
  expect(globSync('*', { cwd: join(workspace, root, 'dist') }).toSorted()).toEqual(
    ['batch-worker', 'chunk-helpers', 'chunk-late', 'chunk-rf-runtime', 'main'].flatMap((name) => [`${name}.js`, `${name}.js.map`]),
  );
  rmSync(join(workspace, 'node_modules'), { recursive: true });
  const run = (...given: string[]) => spawnSync(process.execPath, [join(workspace, root, 'dist/main.js'), ...given], { encoding: 'utf8' });
  expect(run()).toMatchObject({ stdout: "one [ 'old' ]  one again\n", stderr: '', status: 0 });
  expect(run('more').stdout).toContain('late');
  rmSync(join(workspace, root, 'dist/chunk-late.js'));
  expect(run().status).toBe(0);
  expect(run('more').status).not.toBe(0);
});

test('has one byte for each character, in comments too, and means the same', async () => {
  write({
    'packages/one/dist/main.js': `class One {
      /** From a \u2192 b. */
      text = 'a \u2192 b';
    }
    console.log(new One().text);`,
    'packages/two/dist/main.js': `console.log(/\u2192/.test('\u2192'));`, // an expression that esbuild has no escape for
  });
  const written = async (root: string): Promise<{ text: string; says: string }> => {
    await joinBuild(workspace, component(root));
    const file = join(workspace, root, 'dist/main.js');
    return { text: readFileSync(file, 'utf8'), says: spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout };
  };
  const one = await written('packages/one');
  expect(one.text).toMatch(/^[\0-\x7f]*From a \? b[\0-\x7f]*$/);
  expect(one.says).toBe('a \u2192 b\n');
  expect((await written('packages/two')).says).toBe('true\n');
});

test('leaves no chunk of an earlier build', async () => {
  write({
    'packages/one/dist/main.js': `await import('./late.js');`,
    'packages/one/dist/late.js': '1;',
    'packages/one/dist/chunk-late-OLD.js': '',
  });
  await joinBuild(workspace, component('packages/one'));
  expect(chunks('packages/one')).toEqual(['chunk-late.js']);
});

test('refuses a module of another package that asks where it is', async () => {
  write({
    'packages/one/dist/main.js': `import { train } from '../../forest/dist/train.js'; train();`,
    'packages/forest/dist/train.js': `export const train = () => console.log(import.meta.url);`,
  });
  await expect(joinBuild(workspace, component('packages/one'))).rejects.toThrow('packages/forest/src/train.ts asks where it is');
});
