import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
const folder = mkdtempSync(join(root, 'node_modules/.cache/count-')); // where 'vitest' can be found
afterAll(() => rmSync(folder, { recursive: true }));

test.for([
  [
    'what passed, failed and was skipped',
    "test('a', () => {}); test('b', () => { throw new Error('no'); }); test.skip('c', () => {});",
    1,
    1,
  ],
  [
    'an error outside of a test',
    "test('a', () => {}); setTimeout(() => { throw new Error('late'); }); test('b', () => new Promise((done) => setTimeout(done, 50)));",
    2,
    1,
  ],
  ['a file that could not be loaded', "test('a', () => {}); throw new Error('broken');", 0, 1],
] as const)('counts %s', ([, body, passed, failed]) => {
  writeFileSync(join(folder, 'one.test.ts'), `import { test } from 'vitest';\n${body}\n`);
  const options = ['--root', folder, '--reporter=default', `--reporter=${join(import.meta.dirname, 'count-reporter.ts')}`];
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', ...options], {
    encoding: 'utf8',
  });
  const [last] = stdout
    .trimEnd()
    .split('\n')
    .filter((line) => / passed, /.test(line))
    .toReversed();
  expect(last, stdout + stderr).toMatch(new RegExp(`^${passed} passed, ${failed} failed`));
});
