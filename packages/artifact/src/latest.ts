import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from './artifact-error.ts';
import { createDurably, sync } from './durable.ts';
import { scratchName } from './scratch.ts';

/*
 * `latest` never goes back when publishers race, without any lock that a dead one could leave locked:
 *   1. announce: before it claims version v, a publisher writes `.latest-<v>-<owner>`, the file that is to become `latest`;
 *   2. claim v: only one can, and v + 1 can be claimed only after it;
 *   3. fence: remove the announcements of all versions below v. They were all written before v was claimed, so none comes later:
 *      whoever is late finds its own gone, and leaves `latest` to those after it;
 *   4. move: rename the announcement to `latest`.
 */

/** Step 1. Gives the announcement's path. */
export async function announce(folder: string, version: string): Promise<string> {
  const path = join(folder, scratchName(`latest-${version}`));
  await createDurably(path, `${version}\n`);
  return path;
}

/** Step 3, for the publisher of `version`. */
export async function fence(folder: string, version: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, announced] = /^\.latest-(\d+)-/.exec(name) ?? [];
    if (announced !== undefined && Number(announced) < Number(version)) await rm(join(folder, name), { force: true });
  }
}

/** Step 4. */
export async function moveLatest(folder: string, announcement: string): Promise<void> {
  try {
    await rename(announcement, join(folder, 'latest'));
  } catch (error) {
    if (errno(error) === 'ENOENT') return; // fenced: a later version is, or is about to be, the latest
    throw error;
  }
  await sync(folder);
}

/** Points `latest` at any version, back as well as forth: whoever does that means it, so nothing fences it. */
export async function pointLatest(folder: string, version: string): Promise<void> {
  const path = join(folder, scratchName('latest-set'));
  await createDurably(path, `${version}\n`);
  await rename(path, join(folder, 'latest'));
  await sync(folder);
}
