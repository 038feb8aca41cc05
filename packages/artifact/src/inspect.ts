import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError, errno } from './artifact-error.ts';
import { manifestFile } from './file-path.ts';
import { hashFile, listTree } from './file-tree.ts';
import type { Manifest } from './manifest.ts';
import { parseManifest, short } from './manifest-text.ts';
import type { Reference } from './reference.ts';

export type Inspection = { readonly manifest?: Manifest; readonly problems: readonly ArtifactError[] };

/** Holds a version's folder against its manifest, and that against its place: every file, its size and its sha256, and no other file. */
export async function inspect(directory: string, reference: Required<Reference>): Promise<Inspection> {
  const who = `model "${reference.name}" version ${reference.version}`;
  try {
    const manifest = parseManifest(await readManifest(directory, who), who);
    return { manifest, problems: [...misplaced(manifest, reference, who), ...(await fileProblems(directory, manifest, who))] };
  } catch (error) {
    if (error instanceof ArtifactError) return { problems: [error] };
    throw error;
  }
}

async function readManifest(directory: string, who: string): Promise<string> {
  try {
    return await readFile(join(directory, manifestFile), 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') throw new ArtifactError('CORRUPT', `${who} has no ${manifestFile}`, { cause: error });
    throw error;
  }
}

/** Whether a manifest is of another model or version than the place where it lies. */
export function misplaced(manifest: Manifest, { name, version }: Required<Reference>, who: string): ArtifactError[] {
  return [
    ...(manifest.name === name ? [] : [new ArtifactError('CORRUPT', `${who}: its ${manifestFile} is of model "${manifest.name}"`)]),
    ...(manifest.version === version
      ? []
      : [new ArtifactError('CORRUPT', `${who}: its ${manifestFile} is of version ${manifest.version}`)]),
  ];
}

async function fileProblems(directory: string, manifest: Manifest, who: string): Promise<ArtifactError[]> {
  const problems: string[] = [];
  const missing = new Set(Object.keys(manifest.files));
  for (const { path, kind } of await listTree(directory)) {
    missing.delete(path);
    const stated = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
    if (stated && kind !== 'file') problems.push(`"${path}" is a ${kind}, expected a file`);
    else if (stated) problems.push(...difference(path, stated, await hashFile(join(directory, path))));
    else if (kind !== 'folder' && path !== manifestFile)
      problems.push(`"${path}" is not of this artifact: a ${kind} that its ${manifestFile} does not list`);
    else if (path === manifestFile && kind !== 'file') problems.push(`"${path}" is a ${kind}, expected a file`);
  }
  problems.push(...[...missing].map((path) => `file "${path}" is missing`));
  return problems.map((problem) => new ArtifactError('CORRUPT', `${who}: ${problem}`));
}

/** How a file is not what the manifest states of it; size before digest, since it says more. */
export function difference(path: string, stated: Manifest['files'][string], actual: Manifest['files'][string]): string[] {
  if (actual.bytes !== stated.bytes) return [`file "${path}" has ${actual.bytes} bytes, expected ${stated.bytes}`];
  if (actual.sha256 === stated.sha256) return [];
  return [`file "${path}" is damaged: its sha256 is ${short(actual.sha256)}, expected ${short(stated.sha256)}`];
}
