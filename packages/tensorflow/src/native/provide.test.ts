import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.ts';
import { provideLibrary } from './provide.ts';
import { run } from './process.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'provide-'))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('where there are no parts for the platform it says so at once', async () => {
  await expect(provideLibrary({ folder: join(folder, 'l'), parts: undefined })).rejects.toThrow(
    `there is no native library for ${process.platform}-${process.arch}`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('of two that want the lock the second waits, and a lock whose holder was killed is taken', async () => {
  const lock = join(folder, 'l.lock');
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} in`);
    await new Promise((done) => setTimeout(done, 100));
    order.push(`${name} out`);
  };
  await Promise.all([withLock(lock, work('a')), withLock(lock, work('b'))]);
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  const holder = spawn('sh', ['-c', `echo dead > '${lock}'; touch -d '1 hour ago' '${lock}'`]);
  await new Promise((done) => holder.once('close', done));
  expect(await withLock(lock, async () => 'mine')).toBe('mine');
  expect(readdirSync(folder)).toEqual([]);
});

test('a command that fails is told with its last words', async () => {
  await expect(run('sh', ['-c', 'echo first; echo second >&2; exit 3'])).rejects.toThrow('sh -c ended with exit code 3: first\nsecond');
  const npm =
    'npm error code E404\nnpm error errno 2\nnpm error 404 Not Found - GET http://x/y\nnpm error 404\nnpm error A complete log is in z';
  await expect(run('sh', ['-c', `echo '${npm}' >&2; exit 1`])).rejects.toThrow(
    /^sh -c ended with exit code 1: Not Found - GET http:\/\/x\/y$/,
  );
  await expect(run('/nowhere/at-all', [])).rejects.toThrow('/nowhere/at-all could not be started');
});
