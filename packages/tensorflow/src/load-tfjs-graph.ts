import type { io, NamedTensorMap, Tensor as TfTensor } from '@tensorflow/tfjs-core';
import * as converter from '@tensorflow/tfjs-converter';
import type { Datatype, Signature, Tensor, TensorData, TensorSpec } from '@switchyard/protocol';
import { firstLine } from './backend.ts';
import { inputOf, type GraphModel } from './graph-model.ts';
import { type Library } from './library.ts';
import { oneRow } from './one-row.ts';
import { openTensorFlow } from './tensorflow.ts';
import { TensorFlowError } from './tensorflow-error.ts';
import { datatypeOfTfjs, tfjsDtypeOf } from './tfjs-datatype.ts';
import { fileOf, type ModelFiles, readWeights } from './weights.ts';

const folder = 'tfjs/';
const topologyFile = `${folder}model.json`;

type TfjsGraph = Awaited<ReturnType<typeof converter.loadGraphModel>>;
type File = { readonly modelTopology: object; readonly weightsManifest: io.WeightsManifestConfig; readonly signature?: StoredSignature };
type StoredSignature = Readonly<Partial<Record<'inputs' | 'outputs', Readonly<Record<string, StoredPort>>>>>;
type StoredPort = {
  readonly name: string;
  readonly dtype?: string;
  readonly tensorShape?: { readonly dim?: readonly { size?: string }[] };
};
/** A tensor of the signature, and the node of the graph that it is. */
type Port = { readonly spec: TensorSpec; readonly node: string };

/** What its converter calls datatypes. */
const converted: Readonly<Record<string, Datatype>> = {
  DT_FLOAT: 'FP32',
  DT_INT32: 'INT32',
  DT_INT64: 'INT32', // TensorFlow.js has no other integers
  DT_BOOL: 'BOOL',
};

/**
 * Loads a graph model of TensorFlow.js, as its converter writes it of a SavedModel: `tfjs/model.json` and the files of weights that it names.
 * Every backend runs it, so far as it has the operations.
 *
 * @throws TensorFlowError where a file is missing or damaged, or the graph is one that the backend cannot run
 */
export async function loadTfjsGraph(files: ModelFiles): Promise<GraphModel> {
  const { tf } = await openTensorFlow();
  const file = parse(fileOf(files, topologyFile));
  const weightData = readWeights(files, folder, file.weightsManifest);
  const weightSpecs = file.weightsManifest.flatMap(({ weights }) => weights);
  const artifacts = { modelTopology: file.modelTopology, weightSpecs, weightData, ...(file.signature && { signature: file.signature }) };
  const graph = await converter.loadGraphModel({ load: async () => artifacts }).catch((error: unknown) => {
    throw new TensorFlowError(`${topologyFile}: its graph cannot be built: ${firstLine(error)}`, { cause: error });
  });
  try {
    return build(tf, graph, file.signature);
  } catch (error) {
    graph.dispose();
    throw error;
  }
}

function parse(bytes: Uint8Array): File {
  let file: Partial<File> & { format?: string };
  try {
    file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<File>;
  } catch (error) {
    throw new TensorFlowError(`${topologyFile} is not JSON: ${firstLine(error)}`, { cause: error });
  }
  const { modelTopology, weightsManifest, signature } = file ?? {};
  const groups =
    Array.isArray(weightsManifest) && weightsManifest.every((each) => Array.isArray(each?.paths) && Array.isArray(each.weights));
  if (!Array.isArray((modelTopology as { node?: unknown } | undefined)?.node) || !groups || modelTopology === undefined)
    throw new TensorFlowError(
      `${topologyFile} is not a graph model of TensorFlow.js: it has no "modelTopology.node" or no "weightsManifest"`,
    );
  return { modelTopology, weightsManifest, ...(signature && { signature }) };
}

function build(tf: Library, graph: TfjsGraph, stored: StoredSignature = {}): GraphModel {
  const inputs = portsOf('input', stored.inputs, graph.inputs);
  const outputs = portsOf('output', stored.outputs, graph.outputs);
  const run = (given: readonly Tensor[]): Tensor[] => execute(tf, graph, inputs, given, outputs);
  const row = oneRow(inputs.map(({ spec }) => spec));
  if (row === undefined) throw new TensorFlowError(`${topologyFile}: one row of its inputs is too large`);
  const answers = tryOut(() => run(row));
  const signature: Signature = {
    inputs: inputs.map(({ spec }) => spec),
    outputs: outputs.map(({ spec }, index) => shapedAs(spec, answers[index] as Tensor)),
  };
  return { signature, predict: run, dispose: () => graph.dispose() };
}

/** A graph that branches on data has to wait for it, and operations may be missing: both are known when it runs. */
function tryOut(run: () => Tensor[]): Tensor[] {
  try {
    return run();
  } catch (error) {
    throw new TensorFlowError(`${topologyFile}: its graph cannot be run: ${firstLine(error)}`, { cause: error });
  }
}

/** What the file does not say of an output is as of a row. */
function shapedAs(spec: TensorSpec, { shape, datatype }: Tensor): TensorSpec {
  return spec.shape.length > 0 ? { ...spec, datatype } : { ...spec, datatype, shape: shape.map((size, axis) => (axis === 0 ? -1 : size)) };
}

type Found = readonly { readonly name: string; readonly shape?: readonly number[]; readonly dtype?: string }[];

function portsOf(side: string, stored: Readonly<Record<string, StoredPort>> | undefined, found: Found): Port[] {
  const ports = Object.entries(stored ?? {}).map(([name, { name: node, dtype = 'DT_FLOAT', tensorShape }]) => {
    const shape = (tensorShape?.dim ?? []).map(({ size }) => Number(size ?? 0));
    return { node, name, dtype, shape };
  });
  const known =
    ports.length > 0 ? ports : found.map(({ name, shape = [], dtype = 'DT_FLOAT' }) => ({ node: name, name, dtype, shape: [...shape] }));
  return known.map(({ node, name, dtype, shape }) => {
    const datatype = converted[dtype] ?? datatypeOfTfjs(dtype);
    const where = `${topologyFile}: ${side} "${name}"`;
    if (datatype === undefined) throw new TensorFlowError(`${where} has the datatype ${dtype}, which is not served`);
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= -1)) throw new TensorFlowError(`${where}: [${shape}] is not a shape`);
    if (side === 'input' && shape.length === 0) throw new TensorFlowError(`${where} has no shape`);
    return { node, spec: { name, datatype, shape } };
  });
}

function execute(tf: Library, graph: TfjsGraph, inputs: readonly Port[], given: readonly Tensor[], outputs: readonly Port[]): Tensor[] {
  let answers: Tensor[] = [];
  tf.tidy(() => {
    const feed: NamedTensorMap = {};
    for (const { spec, node } of inputs) {
      const { data, shape, datatype } = inputOf(given, spec);
      feed[node] = tf.tensor(data as Float32Array, [...shape], tfjsDtypeOf(datatype));
    }
    const results = [
      graph.execute(
        feed,
        outputs.map(({ node }) => node),
      ),
    ].flat() as TfTensor[];
    answers = results.map((result, index) => ({
      name: (outputs[index] as Port).spec.name,
      datatype: datatypeOfTfjs(result.dtype) as Datatype,
      shape: result.shape,
      data: result.dataSync() as TensorData,
    }));
  }); // gives nothing back, as tidy would look at every number of it for tensors
  return answers;
}
