import type { Artifact } from '@switchyard/artifact';
import type { ModelFiles } from '@switchyard/tensorflow';

/** The files of an artifact in one of its folders, such as `tfjs/`, by their whole paths; each is held to its digest. */
export async function filesBelow(artifact: Artifact, folder: string): Promise<ModelFiles> {
  const paths = Object.keys(artifact.manifest.files).filter((path) => path.startsWith(folder));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await artifact.read(path)] as const)));
}
