import type { Artifact } from '@switchyard/artifact';
import type { Tensor, TensorSpec } from '@switchyard/protocol';
import type { Model } from '@switchyard/server';
import {
  compileLayers,
  denseModel,
  datatypeOfTfjs,
  loadLayersModel,
  openTensorFlow,
  TensorFlowError,
  tfjsDtypeOf,
  type LayersModel,
  type Library,
  type PlaceableModel,
  type Tensor as TfTensor,
} from '@switchyard/tensorflow';
import { fault } from './fault.ts';
import { filesBelow } from './files-below.ts';
import { graphs, loadGraph, placedOn } from './graph.ts';

/** The formats of artifacts that are served. */
export const formats: readonly string[] = ['tfjs-layers', ...Object.keys(graphs)];

/** Loads a model in whichever of the formats it is. @throws ArtifactError CORRUPT or FOREIGN, as the format's own loader */
export function loadTensorFlowModel(artifact: Artifact): Promise<Model> {
  const graph = graphs[artifact.manifest.format];
  return graph ? loadGraph(artifact, graph) : loadLayers(artifact);
}

/**
 * Loads a model of the layers format of TensorFlow.js. A few small dense layers are computed without TensorFlow, unless a backend was asked
 * for. On the native backend a prediction of any others is one run of the graph that is made of them here; elsewhere, and where they make no
 * graph, it is one pass through them. It leaves no tensor behind.
 * @throws ArtifactError CORRUPT where its files are damaged, FOREIGN where its layers are not what its signature states.
 */
async function loadLayers(artifact: Artifact): Promise<Model> {
  const tensorflow = await openTensorFlow();
  const { tf, backend, reason, asked } = tensorflow;
  const layers = await readLayers(artifact);
  try {
    checkSignature(artifact, layers);
  } catch (error) {
    layers.dispose();
    throw error;
  }
  const { signature } = artifact.manifest;
  const facts = { backend, 'backend-reason': reason };
  const dense = asked ? undefined : denseModel(layers, signature);
  if (dense !== undefined) {
    layers.dispose();
    const kernel = `of its own, as a row takes ${dense.work} multiplications`;
    return { signature, predict: dense.predict, dispose() {}, facts: { ...facts, kernel } };
  }
  const graph = backend === 'native' ? graphOf(artifact, layers) : undefined;
  if (graph !== undefined) {
    layers.dispose();
    const { graph: model, ...rest } = await placedOn(tensorflow, graph);
    return { ...model, ...rest };
  }
  return {
    signature,
    predict: (inputs) => predict(tf, layers, inputs, signature.outputs),
    dispose: () => void layers.dispose(),
    batching: true,
    facts,
  };
}

function graphOf({ manifest }: Artifact, layers: LayersModel): PlaceableModel | undefined {
  try {
    return compileLayers(layers, manifest.signature);
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    console.warn(`model "${manifest.name}" version ${manifest.version} runs layer by layer: ${error.message}`);
    return undefined;
  }
}

function predict(tf: Library, layers: LayersModel, inputs: readonly Tensor[], outputs: readonly TensorSpec[]): readonly Tensor[] {
  let results: readonly Tensor[] = [];
  tf.tidy(() => {
    const given = inputs.map(({ data, shape, datatype }) => tf.tensor(data as Float32Array, [...shape], tfjsDtypeOf(datatype)));
    // not layers.predict: it cuts a batch into pieces of 32 rows, and copies each
    const answers = [layers.apply(given.length === 1 ? (given[0] as TfTensor) : given)].flat() as TfTensor[];
    results = answers.map((answer, index) => {
      const { name, datatype, columns } = outputs[index] as TensorSpec;
      return { name, datatype, shape: answer.shape, data: answer.dataSync(), ...(columns && { columns }) };
    });
  }); // gives nothing back, as tidy would look at every number of it for tensors
  return results;
}

async function readLayers(artifact: Artifact): Promise<LayersModel> {
  return loadLayersModel(await filesBelow(artifact, 'tfjs/')).catch((error: unknown) => {
    throw fault(artifact, 'CORRUPT', error);
  });
}

function checkSignature(artifact: Artifact, layers: LayersModel): void {
  const { inputs, outputs } = artifact.manifest.signature;
  compare(artifact, 'input', inputs, layers.inputs);
  compare(artifact, 'output', outputs, layers.outputs);
}

type Side = readonly { readonly shape: readonly (number | null)[]; readonly dtype: string }[];

function compare(artifact: Artifact, kind: 'input' | 'output', specs: readonly TensorSpec[], found: Side): void {
  if (specs.length !== found.length) {
    throw fault(artifact, 'FOREIGN', `its signature states ${specs.length} ${kind}s, but its layers have ${found.length}`);
  }
  for (const [index, { shape, dtype }] of found.entries()) {
    const { name, datatype, shape: stated } = specs[index] as TensorSpec;
    const has = describe(
      datatypeOfTfjs(dtype) ?? dtype,
      shape.map((size) => size ?? -1),
    );
    const states = describe(datatype, stated);
    if (has !== states) throw fault(artifact, 'FOREIGN', `its signature states ${kind} "${name}" as ${states}, but its layers have ${has}`);
  }
}

const describe = (datatype: string, shape: readonly number[]): string => `${datatype} [${shape.join(', ')}]`;
