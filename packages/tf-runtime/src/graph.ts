import type { Artifact } from '@switchyard/artifact';
import type { Model } from '@switchyard/server';
import {
  heldTo,
  loadOnnx,
  loadSavedModel,
  loadTfjsGraph,
  openTensorFlow,
  placed,
  type DistantModel,
  type GraphModel,
  type ModelFiles,
  type PlaceableModel,
  type TensorFlow,
} from '@switchyard/tensorflow';
import { fault } from './fault.ts';
import { filesBelow } from './files-below.ts';

type Loaded = { readonly graph: GraphModel | DistantModel } & Pick<Model, 'batching' | 'facts'>;
type Load = (files: ModelFiles, artifact: Artifact) => Promise<Loaded>;

/** Models that are graphs already, by the format of the artifact, and where their files are in it. */
export const graphs: Readonly<Record<string, { readonly folder: string; readonly load: Load }>> = {
  'tf-saved-model': {
    folder: 'saved-model/',
    load: onTensorFlow((files, { manifest }) =>
      loadSavedModel(files, { signature: String(manifest.hyperparameters['signature'] ?? 'serving_default') }),
    ),
  },
  'tfjs-graph': { folder: 'tfjs/', load: onTensorFlow((files) => loadTfjsGraph(files)) },
  onnx: {
    folder: 'onnx/',
    load: async (files) => {
      const { batching, facts, ...graph } = await loadOnnx(files);
      return { graph, batching, facts };
    },
  },
};

function onTensorFlow(load: (files: ModelFiles, artifact: Artifact) => Promise<PlaceableModel>): Load {
  return async (files, artifact) => {
    const tensorflow = await openTensorFlow();
    return placedOn(tensorflow, await load(files, artifact));
  };
}

/** A graph where it is to run, which may be a thread of its own; many rows at once cost it little more than one. */
export async function placedOn({ backend, reason }: TensorFlow, graph: PlaceableModel): Promise<Loaded> {
  const { model, thread } = await placed(graph);
  return { graph: model, batching: true, facts: { backend, 'backend-reason': reason, ...(thread && { thread }) } };
}

/**
 * Loads a model that was made elsewhere, and holds it against the signature of the artifact. A prediction is one run of its graph.
 * @throws ArtifactError CORRUPT where it cannot be loaded, FOREIGN where it is not what the signature states.
 */
export async function loadGraph(artifact: Artifact, { folder, load }: (typeof graphs)[string]): Promise<Model> {
  const files = await filesBelow(artifact, folder);
  const { graph, batching, facts } = await load(files, artifact).catch((error: unknown) => {
    throw fault(artifact, 'CORRUPT', error);
  });
  try {
    return { ...heldTo(artifact.manifest.signature, graph), ...(batching && { batching }), ...(facts && { facts }) };
  } catch (error) {
    graph.dispose();
    throw fault(artifact, 'FOREIGN', error);
  }
}
