import type { Bucket } from './bucket.ts';
import { latestKey, manifestVersion } from './object-key.ts';

/**
 * Moves `latest` to a version that was just published, unless a later one is there: then its publisher has moved it, or is about to.
 * Nobody writes over a pointer that another has moved in the meantime: the write holds only for what was read.
 */
export async function moveLatest(bucket: Bucket, name: string, version: string): Promise<void> {
  for (;;) {
    const pointer = await bucket.get(latestKey(name));
    const pointed = Number(pointer?.content.toString()) || 0; // a damaged pointer is replaced
    const published = (await bucket.list(`${name}/`)).map(({ key }) => Number(manifestVersion(name, key) ?? 0));
    if (Math.max(pointed, ...published) > Number(version)) return;
    if (await bucket.put(latestKey(name), Buffer.from(`${version}\n`), pointer === undefined ? 'absent' : { tag: pointer.tag })) return;
  }
}
