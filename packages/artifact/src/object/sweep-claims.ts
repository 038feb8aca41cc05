import { isDeadHere, scratchName } from '../scratch.ts';
import type { Bucket, Listed } from './bucket.ts';
import { inParallel } from './file-parts.ts';
import { claimKey, manifestKey, versionPrefix } from './object-key.ts';

const day = 24 * 3600 * 1000;

/**
 * Removes what dead publishers left of a model: of those of this host whose process is gone, and of anyone's that nobody has touched for a
 * day. Whoever sweeps takes the claim over first, so that two do not sweep at once, of which one could be late and sweep what is new.
 */
export async function sweepClaims(bucket: Bucket, name: string, now = Date.now()): Promise<void> {
  const listed = await bucket.list(`${name}/`);
  for (const { key } of listed) {
    const [, version] = /\/\.claim-(\d+)$/.exec(key) ?? [];
    if (version !== undefined && key === claimKey(name, version)) await sweepClaim(bucket, name, version, listed, now);
  }
}

async function sweepClaim(bucket: Bucket, name: string, version: string, listed: readonly Listed[], now: number): Promise<void> {
  const key = claimKey(name, version);
  const claim = await bucket.get(key);
  const own = listed.filter((each) => each.key === key || each.key.startsWith(versionPrefix(name, version)));
  const touched = Math.max(...own.map(({ modified }) => modified));
  if (claim === undefined || !(isDeadHere(claim.content.toString()) || now - touched > day)) return;
  if (!(await bucket.put(key, Buffer.from(scratchName('sweep')), { tag: claim.tag }))) return;
  if ((await bucket.get(manifestKey(name, version))) === undefined) {
    await bucket.abandonUploads(versionPrefix(name, version));
    const files = await bucket.list(versionPrefix(name, version));
    await inParallel(files, (file) => bucket.remove(file.key));
  }
  await bucket.remove(key);
}
