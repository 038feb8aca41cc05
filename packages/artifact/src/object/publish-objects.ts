import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError, whileDoing } from '../artifact-error.ts';
import { creationTime } from '../creation-time.ts';
import { completeDraft } from '../draft.ts';
import { hashFiles } from '../hash-files.ts';
import type { Draft, Manifest } from '../manifest.ts';
import { formatManifest } from '../manifest-text.ts';
import type { Bucket } from './bucket.ts';
import { type Claim, claimNext, isHeld, release } from './claim.ts';
import { inParallel } from './file-parts.ts';
import { moveLatest } from './move-latest.ts';
import { manifestKey, versionPrefix } from './object-key.ts';
import { sweepClaims } from './sweep-claims.ts';

/** The points at which a publisher into an object store may die, in their order. */
export const objectPublishSteps = ['begun', 'written', 'hashed', 'claimed', 'uploaded', 'committed', 'moved'] as const;
export type ObjectPublishStep = (typeof objectPublishSteps)[number];

/**
 * Publishes into a bucket, and gives the version. A version is there as soon as its manifest is, which is written last; every object is
 * written only where none is. See docs/artifact.md for what a crash leaves at each step. `onStep` is told when a step is done.
 */
export async function publishObjects(
  bucket: Bucket,
  name: string,
  write: (directory: string) => Promise<Draft>,
  onStep: (step: ObjectPublishStep) => void = () => {},
): Promise<string> {
  await sweepClaims(bucket, name).catch(ignoreFailure); // what cannot be swept now does no harm
  const temporary = await whileDoing('make a temporary folder', () => mkdtemp(join(tmpdir(), 'switchyard-publish-')));
  try {
    onStep('begun');
    const draft = await write(temporary);
    onStep('written');
    const files = await whileDoing(`publish model "${name}"`, () => hashFiles(temporary, name));
    onStep('hashed');
    const manifest = completeDraft(draft, { name, created: creationTime(), files });
    formatManifest(manifest('1')); // a draft that says nonsense is refused before anything is sent
    const version = await send(bucket, temporary, manifest, onStep);
    await moveLatest(bucket, name, version);
    onStep('moved');
    return version;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof ArtifactError)) throw error;
}

/** Claims, uploads and commits; where another has written into what was claimed, as by hand, the next number. */
async function send(
  bucket: Bucket,
  temporary: string,
  manifest: (version: string) => Manifest,
  onStep: (step: ObjectPublishStep) => void,
): Promise<string> {
  const { name, files } = manifest('1');
  for (let above = 0; ;) {
    const claim = await claimNext(bucket, name, above);
    const { version } = claim;
    const written: string[] = [];
    let failed = false;
    // What was written although the answer was lost is not known here: then the claim stays, and with it whatever a sweep needs to know.
    const withdraw = async (): Promise<void> => {
      await inParallel(written, (key) => bucket.remove(key));
      if (failed && (await bucket.list(versionPrefix(name, version))).length > 0) return;
      await release(bucket, name, claim);
    };
    try {
      onStep('claimed');
      const mine = await upload(bucket, temporary, versionPrefix(name, version), Object.keys(files), written);
      if (mine) onStep('uploaded');
      if (mine && (await commit(bucket, manifest(version), claim))) {
        onStep('committed');
        await release(bucket, name, claim);
        return version;
      }
    } catch (error) {
      failed = true;
      // Whether the manifest is there may be unknown. If it is, its files must stay; a sweep will see what is true.
      const committed = await bucket.get(manifestKey(name, version)).then(Boolean, () => true);
      if (!committed) await withdraw().catch(ignoreFailure);
      throw error;
    }
    await withdraw();
    above = Number(version);
  }
}

/** @returns whether nothing was there before; `written` gets the keys of what was written */
async function upload(bucket: Bucket, from: string, prefix: string, paths: readonly string[], written: string[]): Promise<boolean> {
  let mine = true;
  await inParallel(paths, async (path) => {
    if (!mine) return;
    if (await bucket.putFile(prefix + path, join(from, path))) written.push(prefix + path);
    else mine = false;
  });
  return mine;
}

async function commit(bucket: Bucket, manifest: Manifest, claim: Claim): Promise<boolean> {
  if (!(await isHeld(bucket, manifest.name, claim)))
    throw new ArtifactError(
      'UNAVAILABLE',
      `model "${manifest.name}" version ${claim.version} was taken from this publisher, which was silent for more than a day; publish again`,
    );
  return bucket.put(manifestKey(manifest.name, claim.version), Buffer.from(formatManifest(manifest)), 'absent');
}
