import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const folder = join(import.meta.dirname, 'python');

/** The programs of a virtual environment in the user's cache with exactly the packages of `python/<client>.txt`; made where it is not there yet. */
export function pythonOf(client: string): string {
  const requirements = join(folder, `${client}.txt`);
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const home = join(homedir(), '.cache/switchyard', `client-${client}-${digest}`);
  const bin = join(home, 'bin');
  if (existsSync(join(home, 'complete'))) return bin;
  rmSync(home, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', home], { stdio: 'inherit' });
  execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements], {
    stdio: 'inherit',
  });
  writeFileSync(join(home, 'complete.tmp'), '');
  renameSync(join(home, 'complete.tmp'), join(home, 'complete'));
  return bin;
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into, part by part
export type Json = Readonly<Record<string, any>>;

/** What a client's script found, by the name of each of its calls: it prints one object of JSON. */
export async function runClient<T>(client: string, argument: object): Promise<T> {
  const python = join(pythonOf(client), 'python');
  const script = join(folder, `call_${client.replaceAll('-', '_')}.py`);
  const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', script, JSON.stringify(argument)], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}
