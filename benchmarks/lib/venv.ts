import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cache = join(import.meta.dirname, '../.cache/venv');

/**
 * The folder of programs of a Python environment with these packages, made once and kept under benchmarks/.cache.
 * @param pythons which interpreters to try, best first: some peers do not run on the newest
 * @throws Error where there is no such Python, or pip fails: with its own words
 */
export function venv(name: string, packages: readonly string[], pythons: readonly string[] = ['python3']): string {
  const python = findPython(pythons);
  const digest = createHash('sha256')
    .update(JSON.stringify([python, packages]))
    .digest('hex');
  const root = join(cache, name);
  const stamp = join(root, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return join(root, 'bin');
  process.stderr.write(`Installing the peer ${name} (${packages.join(' ')}) …\n`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  must(python, ['-m', 'venv', root]);
  must(join(root, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  writeFileSync(stamp, digest);
  return join(root, 'bin');
}

function findPython(names: readonly string[]): string {
  for (const name of names) {
    const own = spawnSync(name, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
    if (own.status === 0) return own.stdout.trim();
    // pyenv's shims know every version that is installed, but each only where it is asked for
    const version = spawnSync('pyenv', ['latest', name.replace('python', '')], { encoding: 'utf8' });
    const env = { ...process.env, PYENV_VERSION: version.stdout?.trim() };
    const other = version.status === 0 ? spawnSync('pyenv', ['which', 'python'], { encoding: 'utf8', env }) : undefined;
    if (other?.status === 0) return other.stdout.trim();
  }
  throw new Error(`none of ${names.join(', ')} is installed`);
}

function must(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
