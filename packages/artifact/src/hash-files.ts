import { join } from 'node:path';
import { ArtifactError } from './artifact-error.ts';
import { filePathRule, isFilePath, manifestFile } from './file-path.ts';
import { hashFile, listTree } from './file-tree.ts';
import type { Manifest } from './manifest.ts';

/**
 * Size and sha256 of all files that a trainer wrote.
 * @throws ArtifactError INVALID_FILES for links, special files, names that are not portable, and where there is no file at all
 */
export async function hashFiles(temporary: string, name: string): Promise<Manifest['files']> {
  const refuse = (why: string): never => {
    throw new ArtifactError('INVALID_FILES', `model "${name}" cannot be published: ${why}`);
  };
  const files: Record<string, Manifest['files'][string]> = {};
  for (const { path, kind } of await listTree(temporary)) {
    if (kind === 'folder') continue;
    if (path === manifestFile) refuse(`its "${manifestFile}" is for the store to write`);
    if (kind !== 'file') refuse(`"${path}" is a ${kind}; only files can be published`);
    if (!isFilePath(path)) refuse(`"${path}" is not a name that works everywhere: ${filePathRule}`);
    files[path] = await hashFile(join(temporary, path));
  }
  if (Object.keys(files).length === 0) refuse('no file was written');
  return files;
}
