import { fileURLToPath } from 'node:url';
import { ArtifactError } from './artifact-error.ts';
import { fileStore } from './file-store.ts';
import { objectStore } from './object/object-store.ts';
import { openBucket } from './object/open-bucket.ts';
import type { Store } from './store.ts';

/** What opens the address of each scheme. */
const schemes: Readonly<Record<string, (uri: string) => Store>> = {
  file: (uri) => fileStore(fileURLToPath(uri)),
  s3: (uri) => objectStore(openBucket(uri)),
  gs: (uri) => objectStore(openBucket(uri)),
};

/**
 * The store at an address: the path of a folder, `file:///…`, `s3://bucket/prefix` or `gs://bucket/prefix`. Nothing is asked for until it is
 * used: credentials are found, as the tools of AWS and Google find them, with the first request.
 *
 *     const store = openStore('./.switchyard/models');
 *
 * @throws ArtifactError UNSUPPORTED_STORE
 */
export function openStore(uri: string): Store {
  if (uri === '') throw new ArtifactError('UNSUPPORTED_STORE', 'the address of the store is empty; a folder is expected');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return fileStore(uri);
  if (!Object.hasOwn(schemes, scheme)) {
    const known = Object.keys(schemes).map((each) => `${each}://`);
    throw new ArtifactError(
      'UNSUPPORTED_STORE',
      `no store for ${scheme}://, of "${uri}"; there are the path of a folder, and ${known.join(', ')}`,
    );
  }
  try {
    return schemes[scheme]!(uri);
  } catch (error) {
    throw new ArtifactError('UNSUPPORTED_STORE', `"${uri}" is not the address of a store: ${(error as Error).message}`, { cause: error });
  }
}
