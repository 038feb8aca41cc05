import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parentChannel } from './parent.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-parent-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(code: string) {
  const script = join(folder, 'child.ts');
  await writeFile(script, `import { parentChannel } from '${new URL('./parent.ts', import.meta.url).href}';\n${code}`);
  return fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

test('a message reaches the parent though the child ends at once', async () => {
  const child = await start(`parentChannel()({ type: 'trained', report: 'x'.repeat(1_000_000) });`);
  const [[message]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  expect(message).toMatchObject({ type: 'trained' });
});

test('a parent that is gone does not end the child', async () => {
  const child = await start(`
    const send = parentChannel();
    process.on('disconnect', () => {
      send({ type: 'progress' });
      setTimeout(() => send({ type: 'progress' }), 10);
    });
    send({ type: 'ready' });`);
  await once(child, 'message');
  child.disconnect();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test('without a channel there is none to tell', () => {
  const { send } = process;
  try {
    delete process.send;
    expect(parentChannel()).toBeUndefined();
  } finally {
    if (send) process.send = send;
  }
});
