import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writePatterns } from './test/patterns.ts';
import { runTrainer } from './test/run-trainer.ts';
import { scratch } from './test/scratch.ts';

const main = fileURLToPath(import.meta.resolve('./main.ts'));
const { folder, values } = await scratch();

test('started by a process, with settings from a file, it reports its progress and what it published, and prints the report', async () => {
  const config = join(folder, 'short.yaml');
  await writeFile(config, 'name: short\nsteps: 7\nbatchSize: 20\n');
  const data = await writePatterns(folder, 300);
  const { code, progress, trained, stdout } = await runTrainer([
    '--config',
    config,
    '--data',
    data,
    '--store',
    values().store,
    '--steps',
    '30',
  ]);
  expect(code).toBe(0);
  expect(progress[0]).toMatchObject({ type: 'progress', component: 'tf-trainer', phase: 'training', done: 1, total: 30 });
  expect(progress.at(-1)?.detail).toMatch(/^loss \d+\.\d{3}, accuracy [01]\.\d{3}, \d+ samples\/s, 0 s left, input waits \d+\.\d %$/);
  expect(trained).toMatchObject({ type: 'trained', name: 'short', version: '1' });
  expect(stdout).toMatch(/^short:1 {2}accuracy 0\.\d{4} on 60 test rows[^]*precision[^]*truth/);
});

const failing = (...flags: string[]): Promise<[unknown, string]> =>
  new Promise((resolve) =>
    execFile(process.execPath, [...process.execArgv, main, ...flags], (error, _, stderr) => resolve([error?.code, stderr])),
  );

test('called wrongly it says so in one line, and ends with 2', async () => {
  const config = join(folder, 'wrong.yaml');
  await writeFile(config, 'batchSize: 20\nlerningRate: 1\n');
  const [flag, file] = await Promise.all([failing('--preset', 'forest'), failing('--config', config)]);
  expect(flag).toEqual([2, expect.stringMatching(/^--preset "forest": .*softmax.*linear.*mlp.*cnn.*\n$/)]);
  expect(file).toEqual([2, `${config}: line 2: there is no setting "lerningRate"; --help lists them all\n`]);
});
