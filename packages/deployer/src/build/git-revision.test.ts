import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gitRevision } from './git-revision.ts';

const root = mkdtempSync(join(tmpdir(), 'switchyard-git-'));
afterAll(() => rmSync(root, { recursive: true }));

const commit = 'ac3c91a0d4b1fd7a4e2f3a1d3b5c7e9f00112233';

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

test.each([
  ['of a branch', 'a', { 'a/.git/HEAD': 'ref: refs/heads/main\n', 'a/.git/refs/heads/main': `${commit}\n` }],
  ['of a folder deep in it', 'b/c/d', { 'b/.git/HEAD': commit, 'b/c/d/x': '' }],
  [
    'of packed references',
    'e',
    { 'e/.git/HEAD': 'ref: refs/heads/x', 'e/.git/packed-refs': `# pack\n${'0'.repeat(40)} refs/heads/xx\n${commit} refs/heads/x\n` },
  ],
  [
    'of a worktree',
    'f',
    {
      'f/.git': `gitdir: ../g/.git/worktrees/f\n`,
      'g/.git/worktrees/f/HEAD': 'ref: refs/heads/y',
      'g/.git/worktrees/f/commondir': '../..\n',
      'g/.git/refs/heads/y': commit,
    },
  ],
])('the commit %s is found', (_, folder, files) => {
  write(files);
  expect(gitRevision(join(root, folder))).toBe(commit);
});

test('there is none before the first commit, and none outside of a checkout', () => {
  write({ 'new/.git/HEAD': 'ref: refs/heads/main\n', 'plain/x': '' });
  expect(gitRevision(join(root, 'new'))).toBeUndefined();
  expect(gitRevision(join(root, 'plain'))).toBeUndefined();
});
