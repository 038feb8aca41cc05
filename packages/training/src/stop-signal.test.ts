import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
let script: string;

// a process that works until it is stopped, and then says why
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-stop-'));
  script = join(folder, 'works.ts');
  const source = new URL('./stop-signal.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { stopSignal } from '${source}';
const signal = stopSignal();
if (process.argv[2] === 'finish') console.log('finished');
else {
  const work = setInterval(() => {}, 1000);
  signal.addEventListener('abort', () => { clearInterval(work); console.log(signal.reason.name, signal.reason.message); });
  console.log('working');
}
`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const execArgv = ['--conditions=@switchyard/source', '--no-warnings'];

async function outputOf(child: ChildProcess, whenWorking?: () => void): Promise<string> {
  let text = '';
  child.stdout?.on('data', (part: Buffer) => {
    text += part;
    if (part.includes('working')) whenWorking?.();
  });
  await Promise.all([once(child, 'exit'), once(child.stdout!, 'end')]); // 'close' never comes after disconnect()
  return text;
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the work', async (name) => {
  const child = spawn(process.execPath, [...execArgv, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(await outputOf(child, () => child.kill(name))).toBe(`working\nUserError stopped before the end: ${name}\n`);
});

test('the death of the parent stops the work', async () => {
  const child = fork(script, { execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const text = await outputOf(child, () => child.disconnect());
  expect(text).toBe('working\nUserError stopped before the end: the process that started this one is gone\n');
});

test('a finished process ends though it listened', async () => {
  const child = fork(script, ['finish'], { execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  expect(await outputOf(child)).toBe('finished\n');
  expect(child.exitCode).toBe(0);
});
