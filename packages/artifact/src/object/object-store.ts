import { ArtifactError } from '../artifact-error.ts';
import { difference } from '../inspect.ts';
import type { Manifest } from '../manifest.ts';
import { checkReference, namePattern, type Reference } from '../reference.ts';
import type { Artifact, Store } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { inspectObjects, readObject } from './inspect-objects.ts';
import { byNumber, latestKey, manifestKey, manifestVersion, readLatest, versionPrefix } from './object-key.ts';
import { publishObjects } from './publish-objects.ts';

/** What `open` has read to verify it is kept for the first `read`, up to so many bytes an artifact; what is more is read again. */
const keptBytes = 64 << 20;

/**
 * A store in a bucket, which many processes on many hosts may use at once: `<prefix>/<name>/<version>/` holds an artifact, and
 * `<prefix>/<name>/latest` the version that is to be served.
 *
 *     const store = objectStore(s3Bucket(parseLocation('s3://models/mnist')));
 */
export function objectStore(bucket: Bucket): Store {
  const { uri } = bucket;
  const versionsOf = async (name: string): Promise<string[]> =>
    byNumber((await bucket.list(`${checkReference({ name }).name}/`)).flatMap(({ key }) => manifestVersion(name, key) ?? []));

  const locate = async ({ name, version }: Reference): Promise<Required<Reference>> => {
    checkReference({ name });
    const chosen = checkReference({ name, version: version ?? (await readLatest(bucket, name)) ?? (await noLatest(name)) }).version!;
    // a manifest that is gone tells a version that is damaged only where it is beside its files
    if ((await bucket.list(versionPrefix(name, chosen))).length === 0) throw await noVersion(name, chosen, version === undefined);
    return { name, version: chosen };
  };

  const noLatest = async (name: string): Promise<never> => {
    const versions = await versionsOf(name);
    const why = versions.length > 0 ? `model "${name}" has no latest version, but ${versions.join(', ')}` : `there is no model "${name}"`;
    throw new ArtifactError('NOT_FOUND', `${why}, in ${uri}`);
  };

  const noVersion = async (name: string, version: string, latest: boolean): Promise<ArtifactError> => {
    const others = (await versionsOf(name)).join(', ');
    const said = latest ? ', which "latest" names' : '';
    return new ArtifactError('NOT_FOUND', `model "${name}" has no version ${version}${said}; it has ${others || 'none'}, in ${uri}`);
  };

  const store: Store = {
    models: () =>
      during(`list the models in ${uri}`, async () => {
        const keys = (await bucket.list('')).map(({ key }) => key);
        const names = new Set(keys.map((key) => key.split('/')[0]!).filter((name) => namePattern.test(name)));
        return [...names].filter((name) => keys.some((key) => key.startsWith(`${name}/`) && manifestVersion(name, key))).toSorted();
      }),
    versions: (name) => during(`list the versions of model "${name}"`, () => versionsOf(name)),
    latest: (name) => during(`read the latest version of model "${name}"`, () => readLatest(bucket, checkReference({ name }).name)),
    setLatest: async (name, version) => {
      await store.open({ name, version });
      await during(`move the latest version of model "${name}"`, () => bucket.put(latestKey(name), Buffer.from(`${version}\n`)));
    },
    open: (reference) =>
      during(`open model "${reference.name}"`, async () => {
        const place = await locate(reference);
        const kept = new Map<string, Buffer>();
        const { manifest, problems } = await inspectObjects(bucket, place, {
          most: keptBytes,
          keep: (path, content) => kept.set(path, content),
        });
        if (!manifest || problems.length > 0) throw problems[0];
        return artifact(bucket, manifest, kept);
      }),
    verify: (reference) =>
      during(`verify model "${reference.name}"`, async () => (await inspectObjects(bucket, await locate(reference))).problems),
    publish: async (name, write) => {
      checkReference({ name });
      let failure: { error: unknown } | undefined;
      const told = async (directory: string): ReturnType<typeof write> =>
        write(directory).catch((error: unknown) => {
          failure = { error }; // of the trainer, and not for us to put into other words
          throw error;
        });
      const version = await during(`publish model "${name}"`, () => publishObjects(bucket, name, told)).catch((error: unknown) => {
        throw failure ? failure.error : error;
      });
      return store.open({ name, version });
    },
  };
  return store;
}

function artifact(bucket: Bucket, manifest: Manifest, kept: Map<string, Buffer>): Artifact {
  const { name, version, files } = manifest;
  const who = `model "${name}" version ${version}`;
  const read = async (path: string): Promise<Uint8Array> => {
    const stated = Object.hasOwn(files, path) ? files[path] : undefined;
    if (!stated) throw new ArtifactError('NOT_FOUND', `${who} has no file "${path}"; it has ${Object.keys(files).join(', ')}`);
    const verified = kept.get(path);
    if (kept.delete(path)) return verified!;
    const content = await readObject(bucket, versionPrefix(name, version) + path, true);
    if (!content?.content) throw new ArtifactError('CORRUPT', `${who}: file "${path}" is missing`);
    const [problem] = difference(path, stated, content);
    if (problem) throw new ArtifactError('CORRUPT', `${who}: ${problem}`);
    return content.content;
  };
  const directory = `${bucket.uri}/${manifestKey(name, version).replace(/\/[^/]*$/, '')}`;
  return { manifest, directory, read: (path) => during(`read "${path}" of ${who}`, () => read(path)) };
}

/** Runs `work`; where the bucket fails, the error says what could not be done. */
async function during<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code !== 'UNAVAILABLE' || error.message.startsWith('cannot ')) throw error;
    throw new ArtifactError('UNAVAILABLE', `cannot ${doing}: ${error.message}`, { cause: error });
  }
}
