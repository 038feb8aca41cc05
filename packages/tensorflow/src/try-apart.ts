import { spawn } from 'node:child_process';
import { TensorFlowError } from './tensorflow-error.ts';

const seconds = 120;

/**
 * Runs a program of ours that tries a model in a process of its own. Native code trusts its models: one that lies about itself does not make it
 * fail but ends the process that it is in, or keeps it for ever. What is refused in words passes: that is told where it is loaded for good.
 *
 * @param what the model, for the error
 * @throws TensorFlowError where the process ends or hangs
 */
export function tryApart(program: string, args: readonly string[], what: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
  let hangs = false;
  const timer = setTimeout(() => (hangs = child.kill('SIGKILL')), seconds * 1000);
  child.once('error', (error) => reject(new TensorFlowError(`no process to try ${what} in: ${error.message}`, { cause: error })));
  child.once('close', (code, signal) => {
    clearTimeout(timer);
    if (code === 0) return resolve();
    const [, why = ''] = /\sF .*?\] (.*)/.exec(words) ?? [];
    const end = hangs ? `did not end within ${seconds} s` : `ended by ${signal ?? `code ${code}`}${why && `: ${why}`}`;
    reject(new TensorFlowError(`${what} cannot be run: the process that tried it ${end}`));
  });
  return promise;
}
