import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.ts';

/**
 * One digest for all files of an artifact, whatever its name, version and date: equal where the same seed gave the same bytes.
 * It is the sha256 of what `sha256sum` prints for the files in the order of their paths: 64 hexadecimal digits.
 */
export function contentDigest(manifest: Pick<Manifest, 'files'>): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(manifest.files).toSorted()) hash.update(`${manifest.files[path]!.sha256}  ${path}\n`);
  return hash.digest('hex');
}
