import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { whileDoing } from './artifact-error.ts';
import { creationTime } from './creation-time.ts';
import { completeDraft } from './draft.ts';
import { createDurably, sync } from './durable.ts';
import { manifestFile } from './file-path.ts';
import { listTree } from './file-tree.ts';
import { hashFiles } from './hash-files.ts';
import { announce, fence, moveLatest } from './latest.ts';
import type { Draft, Manifest } from './manifest.ts';
import { formatManifest } from './manifest-text.ts';
import { scratchName, sweepScratch } from './scratch.ts';
import { listVersions, readLatest } from './versions.ts';

/** The points at which a publisher may die, in their order. */
export const publishSteps = ['begun', 'written', 'hashed', 'synced', 'announced', 'claimed', 'fenced', 'moved'] as const;
export type PublishStep = (typeof publishSteps)[number];

/**
 * Publishes into `folder`, that of the model `name`, and gives the version. See `Store.publish`, and docs/artifact.md for what a crash leaves
 * at each step. `onStep` is told when a step is done.
 */
export async function publishInto(
  folder: string,
  name: string,
  write: (directory: string) => Promise<Draft>,
  onStep: (step: PublishStep) => void = () => {},
): Promise<string> {
  const doing = `publish model "${name}"`;
  const temporary = join(folder, scratchName('publish'));
  await whileDoing(doing, () => begin(folder, temporary));
  try {
    onStep('begun');
    const draft = await write(temporary);
    onStep('written');
    return await whileDoing(doing, async () => {
      const files = await hashFiles(temporary, name);
      onStep('hashed');
      const manifest = completeDraft(draft, { name, created: creationTime(), files });
      formatManifest(manifest('1')); // a draft that says nonsense is refused before anything is synced
      await syncFiles(temporary);
      onStep('synced');
      return claimNext(folder, temporary, manifest, onStep);
    });
  } finally {
    await rm(temporary, { recursive: true, force: true }); // once it is claimed, it has another name
  }
}

async function begin(folder: string, temporary: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await sync(dirname(folder));
  await sweepScratch(folder);
  await mkdir(temporary);
}

async function syncFiles(temporary: string): Promise<void> {
  for (const { path, kind } of await listTree(temporary)) {
    if (kind === 'file') await chmod(join(temporary, path), 0o444);
    await sync(join(temporary, path));
  }
}

/** Takes the next number that is free: whoever renames first has it, and the others try the one after. */
async function claimNext(
  folder: string,
  temporary: string,
  manifest: (version: string) => Manifest,
  onStep: (step: PublishStep) => void,
): Promise<string> {
  for (let version = await nextVersion(folder, 0); ; version = await nextVersion(folder, Number(version))) {
    await rm(join(temporary, manifestFile), { force: true });
    await createDurably(join(temporary, manifestFile), formatManifest(manifest(version)));
    await sync(temporary);
    const announcement = await announce(folder, version);
    try {
      onStep('announced');
      if (!(await claim(temporary, join(folder, version)))) continue;
      await sync(folder);
      onStep('claimed');
      await fence(folder, version);
      onStep('fenced');
      await moveLatest(folder, announcement);
      onStep('moved');
      return version;
    } finally {
      await rm(announcement, { force: true });
    }
  }
}

/** One above all that is or was there: a version that was deleted while it was the latest is not given again. */
async function nextVersion(folder: string, above: number): Promise<string> {
  const latest = await readLatest(folder).catch(() => undefined); // a damaged pointer is about to be replaced
  const highest = (await listVersions(folder)).at(-1);
  return String(Math.max(above, Number(latest ?? 0), Number(highest ?? 0)) + 1);
}

/** A folder is never renamed onto one with files in it. */
async function claim(temporary: string, target: string): Promise<boolean> {
  try {
    await rename(temporary, target);
    return true;
  } catch (error) {
    const taken = await lstat(target).catch(() => undefined);
    if (taken) return false;
    throw error;
  }
}
