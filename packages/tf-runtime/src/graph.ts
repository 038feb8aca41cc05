import { ArtifactError, type Artifact } from '@switchyard/artifact';
import type { Model } from '@switchyard/server';
import {
  heldTo,
  loadSavedModel,
  loadTfjsGraph,
  openTensorFlow,
  TensorFlowError,
  type GraphModel,
  type ModelFiles,
} from '@switchyard/tensorflow';

type Load = (files: ModelFiles, artifact: Artifact) => Promise<GraphModel>;

/** Models that are graphs already, by the format of the artifact, and where their files are in it. */
export const graphs: Readonly<Record<string, { readonly folder: string; readonly load: Load }>> = {
  'tf-saved-model': {
    folder: 'saved-model/',
    load: (files, { manifest }) => loadSavedModel(files, { signature: String(manifest.hyperparameters['signature'] ?? 'serving_default') }),
  },
  'tfjs-graph': { folder: 'tfjs/', load: (files) => loadTfjsGraph(files) },
};

/**
 * Loads a model that was made elsewhere, and holds it against the signature of the artifact. A prediction is one run of its graph.
 * @throws ArtifactError CORRUPT where it cannot be loaded, FOREIGN where it is not what the signature states.
 */
export async function loadGraph(artifact: Artifact, { folder, load }: (typeof graphs)[string]): Promise<Model> {
  const { backend, reason } = await openTensorFlow();
  const paths = Object.keys(artifact.manifest.files).filter((path) => path.startsWith(folder));
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await artifact.read(path)] as const)));
  const graph = await load(files, artifact).catch((error: unknown) => {
    throw faultOf(artifact, 'CORRUPT', error);
  });
  try {
    return { ...heldTo(artifact.manifest.signature, graph), batching: true, facts: { backend, 'backend-reason': reason } };
  } catch (error) {
    graph.dispose();
    throw faultOf(artifact, 'FOREIGN', error);
  }
}

function faultOf({ manifest }: Artifact, code: 'CORRUPT' | 'FOREIGN', error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error;
  return new ArtifactError(code, `model "${manifest.name}" version ${manifest.version}: ${error.message}`, { cause: error });
}
