import { ArtifactError } from '../artifact-error.ts';

/** Where in which bucket a store is. `prefix` has no `/` at its ends, and may be empty. */
export type Location = { readonly uri: string; readonly bucket: string; readonly prefix: string };

/**
 * Reads `s3://bucket/prefix` or `gs://bucket/prefix`.
 * @throws ArtifactError UNSUPPORTED_STORE
 */
export function parseLocation(uri: string): Location {
  const [, scheme = '', bucket = '', rest = ''] = /^([a-z0-9]+):\/\/([^/]*)(.*)$/i.exec(uri) ?? [];
  const refuse = (why: string): never => {
    throw new ArtifactError('UNSUPPORTED_STORE', why);
  };
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket))
    refuse(`"${bucket}" names no bucket; ${scheme}://<bucket>/<prefix> is expected`);
  const parts = rest.split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  if (parts.some((part) => ['', '.', '..'].includes(part) || /[?#\\\p{Cc}]/u.test(part)))
    refuse(`a prefix has names between single "/", without "." and "..", "?", "#" and "\\"`);
  const prefix = parts.join('/');
  return { uri: `${scheme.toLowerCase()}://${bucket}${prefix && `/${prefix}`}`, bucket, prefix };
}
