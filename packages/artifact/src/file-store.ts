import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArtifactError, errno, whileDoing } from './artifact-error.ts';
import { difference, inspect } from './inspect.ts';
import { pointLatest } from './latest.ts';
import type { Manifest } from './manifest.ts';
import { publishInto } from './publish.ts';
import { checkReference, namePattern, type Reference } from './reference.ts';
import type { Artifact, Store } from './store.ts';
import { listFolders, listVersions, readLatest } from './versions.ts';

/**
 * A store in a folder, which several processes and, over a shared volume, several hosts may use at once:
 * `<directory>/<name>/<version>/` holds an artifact, and `<directory>/<name>/latest` the version that is to be served.
 *
 *     const store = fileStore('./.switchyard/models');
 *     const artifact = await store.open({ name: 'mnist' });
 */
export function fileStore(directory: string): Store {
  const root = resolve(directory);
  const folderOf = (name: string): string => join(root, checkReference({ name }).name);

  const locate = async ({ name, version }: Reference): Promise<Required<Reference> & { directory: string }> => {
    const folder = folderOf(name);
    const chosen = checkReference({ name, version: version ?? (await readLatest(folder)) ?? (await noLatest(root, name)) });
    const found = await lstat(join(folder, chosen.version!)).catch(() => undefined);
    if (!found?.isDirectory()) throw await noVersion(root, name, chosen.version!, version === undefined);
    return { name, version: chosen.version!, directory: join(folder, chosen.version!) };
  };

  const store: Store = {
    models: () =>
      whileDoing(`list the models in ${root}`, async () => {
        const names = (await listFolders(root)).filter((name) => namePattern.test(name)).toSorted();
        const versions = await Promise.all(names.map((name) => listVersions(join(root, name))));
        return names.filter((_, at) => versions[at]!.length > 0);
      }),
    versions: (name) => whileDoing(`list the versions of model "${name}"`, async () => listVersions(folderOf(name))),
    latest: (name) => whileDoing(`read the latest version of model "${name}"`, async () => readLatest(folderOf(name))),
    setLatest: async (name, version) => {
      await store.open({ name, version });
      await whileDoing(`move the latest version of model "${name}"`, () => pointLatest(folderOf(name), version));
    },
    open: (reference) =>
      whileDoing(`open model "${reference.name}"`, async () => {
        const place = await locate(reference);
        const { manifest, problems } = await inspect(place.directory, place);
        if (!manifest || problems.length > 0) throw problems[0];
        return artifact(manifest, place.directory);
      }),
    verify: (reference) =>
      whileDoing(`verify model "${reference.name}"`, async () => {
        const place = await locate(reference);
        return (await inspect(place.directory, place)).problems;
      }),
    publish: async (name, write) => store.open({ name, version: await publishInto(folderOf(name), name, write) }),
  };
  return store;
}

function artifact(manifest: Manifest, directory: string): Artifact {
  const who = `model "${manifest.name}" version ${manifest.version}`;
  const read = async (path: string): Promise<Uint8Array> => {
    const stated = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
    if (!stated) throw new ArtifactError('NOT_FOUND', `${who} has no file "${path}"; it has ${Object.keys(manifest.files).join(', ')}`);
    const content = await readFile(join(directory, path)).catch((error: unknown) => {
      if (errno(error) !== 'ENOENT') throw error;
      throw new ArtifactError('CORRUPT', `${who}: file "${path}" is missing`, { cause: error });
    });
    const sha256 = createHash('sha256').update(content).digest('hex');
    const [problem] = difference(path, stated, { bytes: content.length, sha256 });
    if (problem) throw new ArtifactError('CORRUPT', `${who}: ${problem}`);
    return content;
  };
  return { manifest, directory, read: (path) => whileDoing(`read "${path}" of ${who}`, () => read(path)) };
}

async function noLatest(root: string, name: string): Promise<never> {
  const versions = await listVersions(join(root, name));
  const why = versions.length > 0 ? `model "${name}" has no latest version, but ${versions.join(', ')}` : `there is no model "${name}"`;
  throw new ArtifactError('NOT_FOUND', `${why}, in ${root}`);
}

async function noVersion(root: string, name: string, version: string, latest: boolean): Promise<ArtifactError> {
  const versions = await listVersions(join(root, name));
  const said = latest ? ', which "latest" names' : '';
  const others = versions.length > 0 ? `it has ${versions.join(', ')}` : 'it has none';
  return new ArtifactError('NOT_FOUND', `model "${name}" has no version ${version}${said}; ${others}, in ${root}`);
}
