import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonWith } from '@switchyard/conformance';

/** A Python with the packages of requirements.txt: that of SWITCHYARD_TENSORFLOW_PYTHON, else one of its own. */
const python = (): string =>
  process.env['SWITCHYARD_TENSORFLOW_PYTHON'] ??
  join(pythonWith(join(import.meta.dirname, 'requirements.txt'), 'tensorflow-peers'), 'python');

/** Runs a script of this folder. */
export function runPython(script: string, ...args: string[]): void {
  execFileSync(python(), [join(import.meta.dirname, script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs code in a folder, and answers what it prints. */
export function runCode(code: string, cwd: string): string {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  return execFileSync(python(), ['-c', code], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
