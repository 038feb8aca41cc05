import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import type { ProcessSpec } from './process.ts';
import { Supervisor, type Notice } from './supervisor.ts';

const entry = fileURLToPath(new URL('fixtures/server.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'supervise-'));
const spec = (name: string, mode = ''): ProcessSpec => ({ name, entry, args: [], env: { MODE: mode }, log: join(folder, `${name}.log`) });

let supervisor: Supervisor;
const notices: Notice[] = [];
const heard = Promise.withResolvers<void>();
afterEach(() => supervisor.kill());

const pidBehind = async (port: number): Promise<number> => Number(await (await fetch(`http://127.0.0.1:${port}`)).text());

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('starts a killed process again on the same port, and says so', async () => {
  supervisor = new Supervisor((notice) => {
    notices.push(notice);
    if (notice.event.type === 'status') heard.resolve();
  });
  const { httpPort } = await supervisor.start(spec('model'));
  const first = await pidBehind(httpPort!);
  process.kill(first, 'SIGKILL');
  await heard.promise;
  expect(notices[0]).toMatchObject({ name: 'model', event: { type: 'crashed', how: 'SIGKILL', again: 500, times: 1 } });
  const second = await pidBehind(httpPort!);
  expect(second).not.toBe(first);
  await supervisor.stop();
  expect(isAlive(second)).toBe(false);
});

it('reports the last words of a process that ends while it starts', async () => {
  supervisor = new Supervisor(() => {});
  await expect(supervisor.start(spec('broken', 'crash'))).rejects.toThrow(
    'broken ended while it started (exit code 3): cannot open the model',
  );
});

it('reports why a process does not become ready', async () => {
  supervisor = new Supervisor(() => {});
  await expect(supervisor.start(spec('unready', 'unready'), 1500)).rejects.toThrow(
    'unready is not ready after 1.5 s: the artifact is damaged',
  );
});

it('ends the last started first, and kills what does not end', async () => {
  supervisor = new Supervisor(() => {});
  await supervisor.start(spec('arm'));
  await supervisor.start(spec('stubborn', 'stubborn'));
  const pids = supervisor.pids.map(({ pid }) => pid);
  await supervisor.stop(500);
  expect(pids.map(isAlive)).toEqual([false, false]);
});
