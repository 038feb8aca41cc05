import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('./fixtures/heap-main.ts', import.meta.url));

async function marks(...flags: string[]): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', main, ...flags]);
  expect(stderr).toBe(''); // where V8 has a flag no more, it says so there
  return Number(stdout);
}

test('a heap that is let grow is seldom marked, whatever V8 would have', async () => {
  const [slow, grown] = await Promise.all([marks(), marks('--let-grow')]);
  expect(grown).toBeLessThanOrEqual(3);
  expect(slow).toBeGreaterThan(grown);
});
