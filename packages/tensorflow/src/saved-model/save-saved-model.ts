import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Signature, TensorSpec } from '@switchyard/protocol';
import { library } from '../library.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { savedModelOf, type Graph, type Port } from '../trace/graph.ts';
import { nativeBackend } from '../trace/native-backend.ts';
import { record } from '../trace/record.ts';
import { withAnyRows } from './any-rows.ts';
import { isGraphDatatype, typeNumbers } from './datatype.ts';
import { savedModelFolder } from './in-folder.ts';

const rows = [7, 11] as const; // unlike the sizes of most layers: what is equal by chance looks as if it had to be
const most = 2 ** 31 - 1; // bytes of a message of protocol buffers
const nodeName = /^[A-Za-z0-9.][A-Za-z0-9_.-]*$/;

/**
 * Writes a model of layers as a SavedModel, which TensorFlow reads in every language: `saved-model/saved_model.pb`, with the weights as
 * constants in it, for any number of rows, with `signature` as its `serving_default`. The model is as in inference: dropout does nothing.
 *
 * The same weights give the same bytes. Only the native backend can do this: it records the operations that layers call.
 *
 * @throws TensorFlowError where another backend computes, or the model does what cannot be written
 */
export function saveSavedModel(model: LayersModel, signature: Signature): Record<string, Uint8Array> {
  const graph = withAnyRows([recordWith(model, rows[0]), recordWith(model, rows[1])], rows);
  const bytes = savedModelOf(named(graph, signature));
  if (bytes.length > most) throw new TensorFlowError(`a frozen SavedModel has at most ${most} bytes, and this one has ${bytes.length}`);
  return { [`${savedModelFolder}saved_model.pb`]: bytes };
}

function recordWith(model: LayersModel, size: number): Graph {
  const backend = nativeBackend();
  if (typeof backend !== 'object') throw new TensorFlowError(backend ?? 'only the native backend of TensorFlow can write a SavedModel');
  const inputs = model.inputs.map(({ name, shape, dtype }) => {
    if (shape.slice(1).includes(null))
      throw new TensorFlowError(`input "${name}" is [${shape.join(', ')}]; only the rows may be of any number`);
    return library.zeros([size, ...(shape.slice(1) as number[])], dtype as 'float32');
  });
  const run = (given: TfTensor[]): TfTensor[] => [model.apply(given.length === 1 ? (given[0] as TfTensor) : given)].flat() as TfTensor[];
  try {
    const recorded = record(backend, run, inputs, true);
    library.dispose([...recorded.outputs]);
    if (!('recording' in recorded))
      throw new TensorFlowError('fault' in recorded ? recorded.fault : 'it makes variables when it is called');
    recorded.undo();
    if (recorded.recording.random || recorded.recording.updated.length > 0)
      throw new TensorFlowError('it draws random numbers, or changes its weights, when it predicts');
    return recorded.recording.graph;
  } finally {
    library.dispose(inputs);
  }
}

/** The graph with the names of the signature for what goes in and comes out. */
function named({ nodes, inputs, outputs }: Graph, signature: Signature): Graph {
  const names = new Map([...pairs('input', inputs, signature.inputs), ...pairs('output', outputs, signature.outputs)]);
  const taken = nodes.find(({ name }) => !names.has(name) && [...names.values()].includes(name));
  const rename = (name: string): string => {
    const [, control = '', node = '', output = ''] = /^(\^?)([^:]*)(.*)$/.exec(name) ?? [];
    const own = names.get(node) ?? (node === taken?.name ? `${node}/operation` : node);
    return `${control}${own}${output}`;
  };
  const port = (each: Port): Port => ({ ...each, name: rename(each.name) });
  return {
    nodes: nodes.map((node) => ({ ...node, name: rename(node.name), inputs: node.inputs.map(rename) })),
    inputs: inputs.map(port),
    outputs: outputs.map(port),
  };
}

function pairs(side: string, ports: readonly Port[], specs: readonly TensorSpec[]): [string, string][] {
  if (ports.length !== specs.length) throw new TensorFlowError(`the signature has ${specs.length} ${side}s, but the model ${ports.length}`);
  return specs.map(({ name, datatype, shape }, at) => {
    const port = ports[at] as Port;
    const has = isGraphDatatype(datatype) && typeNumbers[datatype] === port.type && shape.join() === port.shape.join();
    if (!has)
      throw new TensorFlowError(`the signature states ${side} "${name}" as ${datatype} [${shape}], but the model has [${port.shape}]`);
    if (!nodeName.test(name)) throw new TensorFlowError(`${side} "${name}" cannot be a name in a SavedModel`);
    return [port.name, name];
  });
}
