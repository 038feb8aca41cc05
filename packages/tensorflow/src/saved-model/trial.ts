import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TensorFlowError } from '../tensorflow-error.ts';
import type { SavedSignature } from './parse.ts';

const seconds = 120;

/**
 * Loads a SavedModel and runs a row in a process of its own. TensorFlow trusts its models: one that lies about itself, as of what a function
 * answers, does not make it fail but ends the process that it is in, or keeps it for ever. What is refused in words passes: that is told where
 * it is loaded for good.
 *
 * @throws TensorFlowError where the process ends or hangs
 */
export function tryApart(folder: string, signature: SavedSignature): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'; // from sources, or built
  const program = fileURLToPath(new URL(`./trial-process.${extension}`, import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(process.execPath, [...process.execArgv, program, folder, JSON.stringify(signature)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
  let hangs = false;
  const timer = setTimeout(() => (hangs = child.kill('SIGKILL')), seconds * 1000);
  child.once('error', (error) => reject(new TensorFlowError(`no process to try the SavedModel in: ${error.message}`, { cause: error })));
  child.once('close', (code, signal) => {
    clearTimeout(timer);
    if (code === 0) return resolve();
    const [, why = ''] = /\sF .*?\] (.*)/.exec(words) ?? [];
    const end = hangs ? `did not end within ${seconds} s` : `ended by ${signal ?? `code ${code}`}${why && `: ${why}`}`;
    reject(new TensorFlowError(`saved_model.pb is not one that TensorFlow can run: the process that tried it ${end}`));
  });
  return promise;
}
