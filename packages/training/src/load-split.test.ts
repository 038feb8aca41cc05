import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@switchyard/config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSplit } from './load-split.ts';
import { trainingSettings } from './settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-split-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const load = (argv: string[]) => loadSplit(readSettings(trainingSettings('any'), { argv, env: {} }));

test('MNIST splits as it is given', async () => {
  const { train, test } = await load([]);
  expect([train.rows, test.rows]).toEqual([60_000, 10_000]);
});

test('the settings of a table reach its reader', async () => {
  const file = join(folder, 'things.txt');
  const rows = Array.from({ length: 40 }, (_, row) => `${row % 2 === 0 ? 'even' : 'odd'},${row},${row * 0.5}`);
  await writeFile(file, `kind,a,b\n${rows.join('\n')}\n`);
  const { train, test } = await load(['--data', file, '--format', 'csv', '--label-column', 'kind', '--test-fraction', '0.25']);
  expect(train.classNames).toEqual(['even', 'odd']);
  expect(train.columnNames).toEqual(['a', 'b']);
  expect([train.rows, test.rows]).toEqual([30, 10]);
});

test('a trainer of regressions gets numbers to predict', async () => {
  const file = join(folder, 'prices.csv');
  await writeFile(file, `size,price\n${Array.from({ length: 10 }, (_, row) => `${row},${row / 2}`).join('\n')}\n`);
  const { train, test } = await loadSplit(readSettings(trainingSettings('any'), { argv: ['--data', file], env: {} }), { target: 'number' });
  expect([...train.targets!, ...test.targets!].toSorted((a, b) => a - b)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]);
  await expect(loadSplit(readSettings(trainingSettings('any'), { argv: [], env: {} }), { target: 'number' })).rejects.toThrow(
    'mnist: read as mnist, which has classes',
  );
});
