import { createHash } from 'node:crypto';
import { ArtifactError } from '../artifact-error.ts';
import { manifestFile } from '../file-path.ts';
import { difference, type Inspection, misplaced } from '../inspect.ts';
import type { Manifest } from '../manifest.ts';
import { parseManifest } from '../manifest-text.ts';
import type { Reference } from '../reference.ts';
import type { Bucket } from './bucket.ts';
import { inParallel } from './file-parts.ts';
import { manifestKey, versionPrefix } from './object-key.ts';

/** Is given each file that is as the manifest states, while it is read. */
export type Keep = (path: string, content: Buffer) => void;

/** Holds a version's objects against its manifest, and that against its place: every object, its size and its sha256, and no other. */
export async function inspectObjects(
  bucket: Bucket,
  reference: Required<Reference>,
  keep?: { most: number; keep: Keep },
): Promise<Inspection> {
  const { name, version } = reference;
  const who = `model "${name}" version ${version}`;
  try {
    const text = await bucket.get(manifestKey(name, version));
    if (text === undefined) throw new ArtifactError('CORRUPT', `${who} has no ${manifestFile}`);
    const manifest = parseManifest(text.content.toString(), who);
    const problems = await fileProblems(bucket, manifest, versionPrefix(name, version), keep);
    return {
      manifest,
      problems: [...misplaced(manifest, reference, who), ...problems.map((each) => new ArtifactError('CORRUPT', `${who}: ${each}`))],
    };
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== 'UNAVAILABLE') return { problems: [error] };
    throw error;
  }
}

async function fileProblems(
  bucket: Bucket,
  { files }: Manifest,
  prefix: string,
  keep: { most: number; keep: Keep } | undefined,
): Promise<string[]> {
  const problems: string[] = [];
  const there = new Map((await bucket.list(prefix)).map(({ key, bytes }) => [key.slice(prefix.length), bytes]));
  for (const path of there.keys()) {
    if (path === manifestFile || path === '' || Object.hasOwn(files, path)) continue;
    if (!path.endsWith('/')) problems.push(`"${path}" is not of this artifact: an object that its ${manifestFile} does not list`); // else a 'folder', as consoles make them
  }
  let room = keep?.most ?? 0;
  await inParallel(Object.keys(files), async (path) => {
    const stated = files[path]!;
    const listed = there.get(path);
    if (listed !== undefined && listed !== stated.bytes)
      return void problems.push(...difference(path, stated, { ...stated, bytes: listed }));
    const keeping = stated.bytes <= room;
    if (keeping) room -= stated.bytes;
    const read = await readObject(bucket, prefix + path, keeping);
    if (read === undefined) return void problems.push(`file "${path}" is missing`);
    const found = difference(path, stated, read);
    problems.push(...found);
    if (found.length === 0 && read.content) keep?.keep(path, read.content);
  });
  return problems.toSorted();
}

/** Size and sha256 of an object, read in pieces; and its content, if that is to be kept. */
export async function readObject(
  bucket: Bucket,
  key: string,
  keeping: boolean,
): Promise<{ bytes: number; sha256: string; content?: Buffer } | undefined> {
  const pieces = await bucket.read(key);
  if (pieces === undefined) return undefined;
  const hash = createHash('sha256');
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
    if (keeping) kept.push(piece);
  }
  return { bytes, sha256: hash.digest('hex'), ...(keeping && { content: Buffer.concat(kept) }) };
}
