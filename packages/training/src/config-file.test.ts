import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { boolean, integer, readSettings, setting, UserError } from '@switchyard/config';
import { withConfigFile } from './config-file.ts';

const settings = {
  batchSize: setting(integer.pipe(z.int().min(1)).default(100), 'Rows a step.'),
  resume: setting(boolean.default(true), 'Whether to resume.'),
  classWeight: setting(z.string().optional(), 'Weights.'),
  optimizer: setting(z.enum(['sgd', 'adam']).default('sgd'), 'The optimizer.'),
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-file-'));
  file = join(folder, 'run.yaml');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (yaml: string, ...argv: string[]) => {
  await writeFile(file, yaml);
  return readSettings(settings, { argv: withConfigFile(settings, ['--config', file, ...argv]), env: {} });
};

test('settings come from the file, under the name in the code or that of the flag, and a list has commas', async () => {
  const yaml = '# a run\nbatchSize: 64\nclass-weight: [1, 0.5]\nresume: false\noptimizer: adam # better\n';
  expect(await read(yaml)).toEqual({ batchSize: 64, resume: false, classWeight: '1,0.5', optimizer: 'adam' });
});

test('a flag wins over the file, wherever it stands', async () => {
  await writeFile(file, 'batchSize: 64\noptimizer: adam\n');
  for (const argv of [
    ['--batch-size', '7', `--config=${file}`],
    [`--config=${file}`, '--batch-size', '7'],
  ])
    expect(readSettings(settings, { argv: withConfigFile(settings, argv), env: {} })).toMatchObject({ batchSize: 7, optimizer: 'adam' });
});

test('a command line without a file, and an empty file, change nothing', async () => {
  expect(withConfigFile(settings, ['--batch-size', '3'])).toEqual(['--batch-size', '3']);
  expect(await read('# nothing yet\n')).toMatchObject({ batchSize: 100, optimizer: 'sgd' });
});

test.each([
  ['batchsize: 64', 'run.yaml: line 1: there is no setting "batchsize"'],
  ['resume: true\nbatchSize: 0', 'run.yaml: line 2: batchSize 0: '],
  ['batchSize: {a: 1}', 'run.yaml: line 1: batchSize {"a":1}: a word, a number'],
  ['optimizer: lion', 'optimizer "lion": '],
  ['- 1\n- 2', 'run.yaml: not a map of settings'],
  ['batchSize: [1', 'run.yaml: not YAML: '],
])('%j is refused, with file and line', async (yaml, message) => {
  await expect(read(yaml)).rejects.toThrow(UserError);
  await expect(read(yaml)).rejects.toThrow(message);
});

test('a file that is not there is named', () => {
  expect(() => withConfigFile(settings, ['--config', join(folder, 'none.yaml')])).toThrow('none.yaml: there is no such file');
  expect(() => withConfigFile(settings, ['--config'])).toThrow('--config needs a value');
});
