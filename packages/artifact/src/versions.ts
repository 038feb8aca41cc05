import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError, errno } from './artifact-error.ts';
import { versionPattern } from './reference.ts';

/** The versions in a model's folder, by number. */
export async function listVersions(folder: string): Promise<string[]> {
  const versions = (await listFolders(folder)).filter((name) => versionPattern.test(name));
  return versions.toSorted((a, b) => Number(a) - Number(b));
}

/** Names of the folders in a folder; none where it is not there. */
export async function listFolders(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What the file `latest` of a model's folder says. @throws ArtifactError CORRUPT where that is no version */
export async function readLatest(folder: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(join(folder, 'latest'), 'utf8')).trim();
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (versionPattern.test(text)) return text;
  throw new ArtifactError('CORRUPT', `${join(folder, 'latest')} holds "${text.slice(0, 20)}", which is no version`);
}
