import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scratch } from './test/scratch.ts';

const main = fileURLToPath(import.meta.resolve('./main.ts'));
const { values } = await scratch();

test('started by a process, it reports its progress and what it published, and prints the report', async () => {
  const child = fork(main, ['--store', values().store, '--name', 'short', '--steps', '30'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const messages: Record<string, unknown>[] = [];
  let printed = '';
  child.on('message', (message: Record<string, unknown>) => messages.push(message));
  child.stdout?.on('data', (text) => (printed += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(messages[0]).toMatchObject({ type: 'progress', component: 'tf-trainer', phase: 'training', done: 1, total: 30 });
  expect(messages.at(-1)).toMatchObject({ type: 'trained', name: 'short', version: '1' });
  expect(printed).toMatch(/^short:1 {2}accuracy 0\.\d{4} on 10000 test rows[^]*precision[^]*truth/);
});

test('called wrongly it says so in one line, and ends with 2', async () => {
  const [code, stderr] = await new Promise<[unknown, string]>((resolve) =>
    execFile(process.execPath, [...process.execArgv, main, '--preset', 'cnn'], (error, _, stderr) => resolve([error?.code, stderr])),
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/^--preset "cnn": .*softmax.*mlp.*\n$/);
});
