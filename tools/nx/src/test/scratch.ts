import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const source = join(import.meta.dirname, '../../../..');
const left = new Set(['node_modules', 'dist', '.git', '.nx', '.switchyard', '.cache']);

export type Scratch = {
  readonly root: string;
  /** Runs a program of the workspace in it. @throws Error with its output, unless it ends with 0. */
  run(command: string, ...parameters: string[]): string;
  remove(): void;
};

/** A copy of this workspace to change as one likes: a git repository of one commit, the dependencies linked, the packages its own. */
export function scratchWorkspace(): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'workspace-'));
  cpSync(source, root, { recursive: true, filter: (path) => !left.has(basename(path)) });
  linkDependencies(root);
  const run = (command: string, ...parameters: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: root, encoding: 'utf8', env: environment(root) });
    if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  };
  run('git', 'init', '--quiet', '--initial-branch=main');
  commit(run, 'start');
  return { root, run, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export function commit(run: Scratch['run'], title: string): void {
  run('git', 'add', '--all');
  run('git', '-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--no-verify', '--message', title);
}

function linkDependencies(root: string): void {
  const [from, to] = [join(source, 'node_modules'), join(root, 'node_modules')];
  mkdirSync(join(to, '@switchyard'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@switchyard' && name !== '.cache') symlinkSync(join(from, name), join(to, name));
  }
  for (const manifest of globSync(['{packages,apps,tools}/*/package.json', 'benchmarks/package.json'], { cwd: root })) {
    const { name } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as { name: string };
    symlinkSync(join(root, dirname(manifest)), join(to, name));
  }
}

/** Nx in it keeps to itself: no daemon that outlives the test, no cache that is shared. */
function environment(root: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
    NX_DAEMON: 'false',
    NX_CACHE_DIRECTORY: join(root, '.nx/cache'),
    NX_WORKSPACE_DATA_DIRECTORY: join(root, '.nx/data'),
    NX_TUI: 'false',
  };
}
