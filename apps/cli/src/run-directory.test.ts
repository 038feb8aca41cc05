import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimDirectory } from './run-directory.ts';

it('gives a folder to one process at a time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  const release = claimDirectory(folder, 'digits');
  expect(() => claimDirectory(folder, 'digits')).toThrow(`digits is already up from here (process ${process.pid}`);
  release();
  claimDirectory(folder, 'digits')();
});

it('takes over from a process that was killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(folder, 'up.pid'), `${pid}\n`);
  claimDirectory(folder, 'digits')();
});
