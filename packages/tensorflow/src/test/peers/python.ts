import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A Python with the packages of requirements.txt: that of SWITCHYARD_TENSORFLOW_PYTHON, or of a virtual environment in the user's cache that is
 * made where it is not there yet.
 */
function peersPython(): string {
  const given = process.env['SWITCHYARD_TENSORFLOW_PYTHON'];
  if (given) return given;
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const home = join(homedir(), '.cache/switchyard', `tensorflow-peers-${digest}`);
  const python = join(home, 'bin/python');
  if (existsSync(join(home, 'complete'))) return python;
  rmSync(home, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', home], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], { stdio: 'inherit' });
  writeFileSync(join(home, 'complete.tmp'), '');
  renameSync(join(home, 'complete.tmp'), join(home, 'complete'));
  return python;
}

/** Runs a script of this folder. */
export function runPython(script: string, ...args: string[]): void {
  execFileSync(peersPython(), [join(import.meta.dirname, script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs code in a folder, and answers what it prints. */
export function runCode(code: string, cwd: string): string {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  return execFileSync(peersPython(), ['-c', code], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
