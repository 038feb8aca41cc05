import { ArtifactError } from './artifact-error.ts';

/** A model by name, and by version or whatever is the latest. */
export type Reference = { readonly name: string; readonly version?: string };

export const namePattern = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/;
export const nameRule = 'a name is 1–63 of a–z, 0–9, ".", "_", "-", and starts and ends with a letter or digit';
export const versionPattern = /^[1-9][0-9]{0,14}$/;
export const versionRule = 'a version is a whole number from 1, of at most 15 digits';

/**
 * Reads `name`, `name:version` or `name:latest`.
 *
 *     parseReference('mnist:3')   // { name: 'mnist', version: '3' }
 *
 * @throws ArtifactError INVALID_REFERENCE
 */
export function parseReference(text: string): Reference {
  const colon = text.indexOf(':');
  if (colon < 0) return checkReference({ name: text });
  const name = text.slice(0, colon);
  const version = text.slice(colon + 1);
  return checkReference(version === 'latest' ? { name } : { name, version });
}

/** Names become folders, so nothing else may pass: not `../x`. @throws ArtifactError INVALID_REFERENCE */
export function checkReference(reference: Reference): Reference {
  const { name, version } = reference;
  if (!namePattern.test(name)) throw new ArtifactError('INVALID_REFERENCE', `"${name}" names no model: ${nameRule}`);
  if (version !== undefined && !versionPattern.test(version)) {
    throw new ArtifactError('INVALID_REFERENCE', `"${version}" is no version of model "${name}": ${versionRule}`);
  }
  return reference;
}
