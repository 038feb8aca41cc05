import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

test('texts that are the same have no difference', () => {
  expect(unifiedDiff('a\nb\n', 'a\nb\n')).toBe('');
});

test('a changed line is shown with the lines around it', () => {
  expect(unifiedDiff('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nfive\n6\n7\n8\n9\n')).toBe(
    ['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'].join('\n'),
  );
});

test('what is new or gone altogether is all of one sign', () => {
  expect(unifiedDiff('', 'a\nb\n')).toBe('@@ -0,0 +1,2 @@\n+a\n+b');
  expect(unifiedDiff('a\n', '')).toBe('@@ -1 +0,0 @@\n-a');
});

describe('of any two texts', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 }).map((all) => all.map((each) => `${each}\n`).join(''));

  test('the shown lines are in both, or in the one that their sign says', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const shown = unifiedDiff(before, after)
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('@@'));
        const count = (sign: string) => shown.filter((line) => line.startsWith(sign)).length;
        const lines = (all: string) => all.split('\n').length - 1;
        expect(lines(before) - count('-')).toBe(lines(after) - count('+'));
      }),
    );
  });

  test('patch makes the second of the first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'diff-'));
    try {
      fc.assert(
        fc.property(text, text, (before, after) => {
          const [file, changes] = [join(folder, 'file'), join(folder, 'changes')];
          writeFileSync(file, before);
          writeFileSync(changes, `--- file\n+++ file\n${unifiedDiff(before, after)}\n`);
          if (before !== after)
            execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', changes], { cwd: folder, stdio: 'pipe' });
          if (after !== '' && before !== '') expect(readFileSync(file, 'utf8')).toBe(after);
        }),
        { numRuns: 40 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
