import { ArtifactError } from '../artifact-error.ts';
import { scratchName } from '../scratch.ts';
import type { Bucket } from './bucket.ts';
import { byNumber, claimKey, latestKey, usedVersion, versionPrefix } from './object-key.ts';

/** The right to write a version, until it is released. */
export type Claim = { readonly version: string; readonly owner: string };

/**
 * Takes the next number that is free: one above all that is or was there. Of those that try at once the server lets one through, and the
 * others try the one after.
 * @throws ArtifactError UNSUPPORTED_STORE where the server does not honour conditions, and so could let two through
 */
export async function claimNext(bucket: Bucket, name: string, above = 0): Promise<Claim> {
  const owner = scratchName('claim');
  for (let version = await nextVersion(bucket, name, above); ; version = String(Number(version) + 1)) {
    if (!(await bucket.put(claimKey(name, version), Buffer.from(owner), 'absent'))) continue;
    const claim = { version, owner };
    try {
      // who listed before another was done, and claims after it released, finds its version there
      const free = (await bucket.list(versionPrefix(name, version))).length === 0;
      if (free) await expectConditions(bucket, name, claim);
      if (free) return claim;
    } catch (error) {
      await release(bucket, name, claim).catch(() => {}); // the first failure is the one to tell
      throw error;
    }
    await release(bucket, name, claim);
  }
}

/** Whether the claim still is its owner's: one that nobody has touched for a day may have been taken for dead. */
export async function isHeld(bucket: Bucket, name: string, { version, owner }: Claim): Promise<boolean> {
  return (await bucket.get(claimKey(name, version)))?.content.toString() === owner;
}

export const release = (bucket: Bucket, name: string, { version }: Claim): Promise<void> => bucket.remove(claimKey(name, version));

async function nextVersion(bucket: Bucket, name: string, above: number): Promise<string> {
  const latest = await bucket.get(latestKey(name));
  const used = (await bucket.list(`${name}/`)).flatMap(({ key }) => usedVersion(name, key) ?? []);
  return String(Math.max(above, Number(latest?.content.toString()) || 0, Number(byNumber(used).at(-1) ?? 0)) + 1);
}

/** Servers that ignore a condition write all the same, and say so to nobody. */
async function expectConditions(bucket: Bucket, name: string, { version, owner }: Claim): Promise<void> {
  const key = claimKey(name, version);
  const impossible = ['absent', { tag: '1' }] as const; // no ETag, and no generation
  for (const condition of impossible) {
    if (!(await bucket.put(key, Buffer.from(owner), condition))) continue;
    throw new ArtifactError(
      'UNSUPPORTED_STORE',
      `${bucket.uri}: the server ignores conditions of writes (${condition === 'absent' ? 'If-None-Match: *' : 'If-Match'}), so two publishers could take one version; nothing was published`,
    );
  }
}
