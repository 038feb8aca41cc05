import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The programs of a Python virtual environment with exactly the packages of a file of requirements. It is in the user's cache, under a name
 * and the file's digest, and is made where it is not there yet.
 *
 * @returns the folder of `python` and whatever the packages brought
 * @throws Error where there is no python3, or pip fails
 */
export function pythonWith(requirements: string, name: string): string {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const home = join(homedir(), '.cache/switchyard', `${name}-${digest}`);
  const bin = join(home, 'bin');
  if (existsSync(join(home, 'complete'))) return bin;
  rmSync(home, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', home], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  execFileSync(join(bin, 'python'), install, { stdio: 'inherit' });
  writeFileSync(join(home, 'complete.tmp'), '');
  renameSync(join(home, 'complete.tmp'), join(home, 'complete'));
  return bin;
}
