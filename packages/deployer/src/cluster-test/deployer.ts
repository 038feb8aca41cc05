import { execFile } from 'node:child_process';
import { join } from 'node:path';

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

const main = join(import.meta.dirname, '../main.ts');

/** Runs the command `deployer` as a process, as a user does. */
export function deployer(args: readonly string[], input = ''): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = execFile(
    process.execPath,
    ['--conditions=@switchyard/source', main, ...args],
    { maxBuffer: 2 ** 26 },
    (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
  );
  child.stdin?.end(input);
  return promise;
}

/** The lines that `--json` prints. */
export const events = ({ stdout }: Outcome): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
