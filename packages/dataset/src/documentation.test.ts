import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadDataset } from './load.ts';
import { folderOf } from './testing/folder.ts';

const index = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;

test.each([
  ['../README.md', /^60000 10000 \[ 28, 28 \] [0-9a-f]{64}\n$/],
  ['../../../docs/datasets.md', /^60000 rows from the disk, [0-9a-f]{64}\n$/],
])('the example of %s runs', async (page, output) => {
  const text = await readFile(fileURLToPath(new URL(page, import.meta.url)), 'utf8');
  const example = /```ts\n([^]*?)```/.exec(text)![1]!.replace("'@switchyard/dataset'", `'${index}'`);
  const folder = await folderOf({ 'example.ts': example });
  const flags = ['--conditions=@switchyard/source', join(folder, 'example.ts')];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { cwd: folder });
  expect(stderr).not.toContain('Error');
  expect(stdout).toMatch(output);
  expect(stdout).toContain((await loadDataset('mnist')).train.digest);
  expect(await readdir(folder)).not.toContain('work'); // MNIST lies there as it is read
});
