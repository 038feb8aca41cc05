import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

const root = join(import.meta.dirname, '../../../..');
const bundle = process.env['SWITCHYARD_DEPLOYER'];

/** Node's arguments: the bundle that is in the image, of `SWITCHYARD_DEPLOYER`, which starts in a fraction of the time; else the sources. */
export const command: readonly string[] =
  bundle === undefined ? ['--conditions=@switchyard/source', join(import.meta.dirname, '../main.ts')] : [resolve(root, bundle)];

/** Without colour, whoever runs the tests: Nx asks for it, and Node warns of those who ask both ways. */
export const plainEnvironment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };

/** Runs the command `deployer` as a process, as a user does. */
export function deployer(args: readonly string[], input = ''): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = execFile(process.execPath, [...command, ...args], { maxBuffer: 2 ** 26, env: plainEnvironment }, (error, stdout, stderr) =>
    resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
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
