import { lstatSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { UserError } from '@switchyard/config';
import dockerignore from '@balena/dockerignore';
import { pack, type Pack } from 'tar-fs';

/** A folder that is sent to an engine. */
export type BuildContext = {
  readonly directory: string;
  /** Path of the Dockerfile in it, with `/`. */
  readonly dockerfile: string;
};

/**
 * Looks whether a folder can be built.
 *
 * @param dockerfile as it is given on the command line; absent, the folder's own `Dockerfile`
 * @throws UserError that says what is missing
 */
export function findContext(folder: string, dockerfile?: string): BuildContext {
  const directory = resolve(folder);
  if (!stat(directory)?.isDirectory()) throw new UserError(`the context ${folder} is no folder`);
  const file = resolve(dockerfile ?? join(directory, 'Dockerfile'));
  const path = relative(directory, file);
  if (path.startsWith('..')) throw new UserError(`the Dockerfile ${file} lies outside of the context ${directory}`);
  if (!stat(file)?.isFile()) throw new UserError(`there is no Dockerfile ${file}`);
  return { directory, dockerfile: path.split(sep).join('/') };
}

/**
 * The context as a tar stream: file by file, never all in memory. What `.dockerignore` names (or `<Dockerfile>.dockerignore`, where
 * there is one) is left out, but for the Dockerfile. Files keep their times and modes; their owner is root, so that who builds makes
 * no difference.
 */
export function packContext({ directory, dockerfile }: BuildContext): Pack {
  const ignored = readIgnore(directory, dockerfile);
  return pack(directory, {
    ignore: (path) => ignored(relative(directory, path).split(sep).join('/'), () => stat(path)?.isDirectory() ?? false),
    map: (header) => ({ ...header, uid: 0, gid: 0 }),
    strict: false, // sockets and devices are left out
  });
}

function readIgnore(directory: string, dockerfile: string): (path: string, isDirectory: () => boolean) => boolean {
  const text = [`${dockerfile}.dockerignore`, '.dockerignore']
    .map((name) => readIfThere(join(directory, name)))
    .find((each) => each !== undefined);
  if (text === undefined) return () => false;
  const matcher = dockerignore.default().add(text);
  const hasExceptions = /^\s*!/m.test(text);
  return (path, isDirectory) => {
    if (path === '' || dockerfile === path || dockerfile.startsWith(`${path}/`)) return false;
    if (!matcher.ignores(path)) return false;
    return !(hasExceptions && isDirectory()); // an exception may lie in it
  };
}

const stat = (path: string) => lstatSync(path, { throwIfNoEntry: false });

function readIfThere(file: string): string | undefined {
  return stat(file) === undefined ? undefined : readFileSync(file, 'utf8');
}
