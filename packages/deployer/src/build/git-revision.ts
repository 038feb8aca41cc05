import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The commit that a folder was checked out at: that of the nearest folder above with a `.git`. Read from git's own files, so that no
 * git need be installed.
 * @returns undefined outside of a checkout, and before its first commit
 */
export function gitRevision(folder: string): string | undefined {
  const git = findGit(resolve(folder));
  if (git === undefined) return undefined;
  const head = read(join(git, 'HEAD'));
  const name = /^ref: (.+)$/.exec(head ?? '')?.[1];
  if (name === undefined) return commit(head);
  const common = resolve(git, read(join(git, 'commondir')) ?? '.'); // a worktree has its own HEAD, and shares the rest
  const packed = (read(join(common, 'packed-refs')) ?? '').split('\n').find((line) => line.endsWith(` ${name}`));
  return commit(read(join(git, name)) ?? read(join(common, name)) ?? packed?.split(' ')[0]);
}

function findGit(folder: string): string | undefined {
  const path = join(folder, '.git');
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return path;
    const target = /^gitdir: (.+)$/m.exec(read(path) ?? '')?.[1]; // of a worktree or submodule
    return target === undefined ? undefined : resolve(folder, target);
  }
  return folder === dirname(folder) ? undefined : findGit(dirname(folder));
}

const commit = (text: string | undefined): string | undefined => (text !== undefined && /^[0-9a-f]{40,64}$/.test(text) ? text : undefined);

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
