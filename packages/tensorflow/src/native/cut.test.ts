import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cutLibrary } from './cut.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cut-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test.runIf(process.platform === 'linux')('a program of which is cut what no loader reads runs as before', async () => {
  const path = join(folder, 'node');
  copyFileSync(process.execPath, path);
  const before = statSync(path).size;
  const cut = await cutLibrary(path);
  expect(cut).toBeGreaterThan(1000);
  expect(statSync(path).size).toBe(before - cut);
  expect(execFileSync(path, ['-p', 'process.version'], { encoding: 'utf8' }).trim()).toBe(process.version);
  expect(await cutLibrary(path)).toBe(0); // once is enough
  truncateSync(path, before - cut - 1);
  await expect(cutLibrary(path)).rejects.toThrow(`${path} is cut short: it has ${before - cut - 1} bytes of ${before - cut}`);
});

test('what is no such file stays as it is', async () => {
  const path = join(folder, 'lib.dylib');
  writeFileSync(path, '\xcf\xfa\xed\xfe and so on');
  expect(await cutLibrary(path)).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('\xcf\xfa\xed\xfe and so on');
});
