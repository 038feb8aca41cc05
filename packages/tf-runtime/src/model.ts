import { ArtifactError, type Artifact } from '@switchyard/artifact';
import type { Datatype, Tensor, TensorSpec } from '@switchyard/protocol';
import type { Model } from '@switchyard/server';
import {
  compileLayers,
  loadLayersModel,
  openTensorFlow,
  TensorFlowError,
  type GraphModel,
  type LayersModel,
  type Library,
  type Tensor as TfTensor,
} from '@switchyard/tensorflow';
import { graphs, loadGraph } from './graph.ts';

/** What both sides have a name for. */
const datatypes = { float32: 'FP32', int32: 'INT32', bool: 'BOOL' } as const satisfies Partial<Record<string, Datatype>>;
const dtypes = { FP32: 'float32', INT32: 'int32', BOOL: 'bool' } as const;

/** The formats of artifacts that are served. */
export const formats: readonly string[] = ['tfjs-layers', ...Object.keys(graphs)];

/** Loads a model in whichever of the formats it is. @throws ArtifactError CORRUPT or FOREIGN, as the format's own loader */
export function loadTensorFlowModel(artifact: Artifact): Promise<Model> {
  const graph = graphs[artifact.manifest.format];
  return graph ? loadGraph(artifact, graph) : loadLayers(artifact);
}

/**
 * Loads a model of the layers format of TensorFlow.js. On the native backend a prediction is one run of the graph that is made of its layers
 * here; elsewhere, and where they make no graph, it is one pass through them. It leaves no tensor behind.
 * @throws ArtifactError CORRUPT where its files are damaged, FOREIGN where its layers are not what its signature states.
 */
async function loadLayers(artifact: Artifact): Promise<Model> {
  const { tf, backend, reason } = await openTensorFlow();
  const layers = await readLayers(artifact);
  try {
    checkSignature(artifact, layers);
  } catch (error) {
    layers.dispose();
    throw error;
  }
  const { signature } = artifact.manifest;
  const common = { batching: true, facts: { backend, 'backend-reason': reason } }; // many rows at once cost little more than one
  const graph = backend === 'native' ? graphOf(artifact, layers) : undefined;
  if (graph !== undefined) {
    layers.dispose();
    return { ...graph, ...common };
  }
  return {
    signature,
    predict: (inputs) => predict(tf, layers, inputs, signature.outputs),
    dispose: () => void layers.dispose(),
    ...common,
  };
}

function graphOf({ manifest }: Artifact, layers: LayersModel): GraphModel | undefined {
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
    const given = inputs.map(({ data, shape, datatype }) =>
      tf.tensor(data as Float32Array, [...shape], dtypes[datatype as keyof typeof dtypes]),
    );
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
  const paths = Object.keys(artifact.manifest.files).filter((path) => path.startsWith('tfjs/'));
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await artifact.read(path)] as const)));
  return loadLayersModel(files).catch((error: unknown) => {
    throw error instanceof TensorFlowError ? fault(artifact, 'CORRUPT', error.message, error) : error;
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
      datatypes[dtype as keyof typeof datatypes] ?? dtype,
      shape.map((size) => size ?? -1),
    );
    const states = describe(datatype, stated);
    if (has !== states) throw fault(artifact, 'FOREIGN', `its signature states ${kind} "${name}" as ${states}, but its layers have ${has}`);
  }
}

const describe = (datatype: string, shape: readonly number[]): string => `${datatype} [${shape.join(', ')}]`;

function fault({ manifest }: Artifact, code: 'CORRUPT' | 'FOREIGN', message: string, cause?: Error): ArtifactError {
  return new ArtifactError(code, `model "${manifest.name}" version ${manifest.version}: ${message}`, cause && { cause });
}
