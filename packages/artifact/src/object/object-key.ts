import { ArtifactError } from '../artifact-error.ts';
import { manifestFile } from '../file-path.ts';
import { versionPattern } from '../reference.ts';
import type { Bucket } from './bucket.ts';

/** The same names as in a folder, so that a store can be copied from the one to the other. */
export const latestKey = (name: string): string => `${name}/latest`;
export const versionPrefix = (name: string, version: string): string => `${name}/${version}/`;
export const manifestKey = (name: string, version: string): string => `${versionPrefix(name, version)}${manifestFile}`;
/** Whoever has written it may write below the version's prefix. */
export const claimKey = (name: string, version: string): string => `${name}/.claim-${version}`;

/** The version whose manifest this is, below `name/`: that is what makes a version. */
export function manifestVersion(name: string, key: string): string | undefined {
  const [version = '', file, ...more] = key.slice(name.length + 1).split('/');
  return versionPattern.test(version) && file === manifestFile && more.length === 0 ? version : undefined;
}

/** The version that a key is of, finished or not. */
export function usedVersion(name: string, key: string): string | undefined {
  const [first = '', ...more] = key.slice(name.length + 1).split('/');
  const version = more.length > 0 ? first : (/^\.claim-(\d+)$/.exec(first)?.[1] ?? '');
  return versionPattern.test(version) ? version : undefined;
}

export const byNumber = (versions: Iterable<string>): string[] => [...new Set(versions)].toSorted((a, b) => Number(a) - Number(b));

/** What `latest` says. @throws ArtifactError CORRUPT where that is no version */
export async function readLatest(bucket: Bucket, name: string): Promise<string | undefined> {
  const text = (await bucket.get(latestKey(name)))?.content.toString().trim();
  if (text === undefined || versionPattern.test(text)) return text;
  throw new ArtifactError('CORRUPT', `${bucket.uri}/${latestKey(name)} holds "${text.slice(0, 20)}", which is no version`);
}
