import { execFile } from 'node:child_process';
import { workspace } from '../system.ts';

export type RunOptions = { readonly input?: string; readonly env?: NodeJS.ProcessEnv };

/** Runs a program as a user does, in the folder of the workspace; gives what it printed. @throws Error with all its words where it fails. */
export function run(program: string, args: readonly string[], { input = '', env = process.env }: RunOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(program, args, { cwd: workspace, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
    error ? reject(new Error(`${program} ${args.join(' ')}\n${stdout}${stderr || error.message}`)) : resolve(stdout),
  );
  child.stdin?.on('error', () => {}); // it may end without reading
  child.stdin?.end(input);
  return promise;
}

export const kubectl = (...args: readonly string[]): Promise<string> => run('kubectl', args);
