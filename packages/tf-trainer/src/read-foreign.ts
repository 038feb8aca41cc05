import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Signature } from '@switchyard/protocol';
import { UserError } from '@switchyard/config';
import {
  datatypeOfTfjs,
  largestOnnx,
  loadLayersModel,
  loadOnnx,
  loadSavedModel,
  loadTfjsGraph,
  type LayersModel,
  type ModelFiles,
} from '@switchyard/tensorflow';

/** A model that was made elsewhere, as the files of an artifact, and what it takes and gives as it says itself. */
export type Foreign = { readonly format: string; readonly files: ModelFiles; readonly signature: Signature };

/**
 * Reads a model in whichever of the forms it is, and loads it once, so that nothing is published that cannot be served.
 *
 * @throws UserError where it is in none of them @throws TensorFlowError where it cannot be loaded
 */
export async function readForeign(from: string, signatureName: string): Promise<Foreign> {
  const found = await stat(from).catch((error: Error) => {
    throw new UserError(`cannot read the model: ${error.message}`, { cause: error });
  });
  if (found.isDirectory()) return savedModel(from, signatureName);
  return extname(from).toLowerCase() === '.onnx' ? onnx(from, found.size) : tfjs(from);
}

async function savedModel(folder: string, signature: string): Promise<Foreign> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length));
  if (!paths.includes('saved_model.pb'))
    throw new UserError(
      `${folder}: no saved_model.pb in it; a SavedModel is such a folder, and TensorFlow.js has a model.json to be named`,
    );
  const read = async (path: string) => [`saved-model/${path}`, new Uint8Array(await readFile(join(folder, path)))] as const;
  const files = Object.fromEntries(await Promise.all(paths.map(read)));
  return loaded('tf-saved-model', files, await loadSavedModel(files, { signature }));
}

async function onnx(path: string, bytes: number): Promise<Foreign> {
  if (bytes > largestOnnx) throw new UserError(`${path} has ${bytes} bytes; an ONNX model has at most ${largestOnnx}`);
  const files = { 'onnx/model.onnx': new Uint8Array(await readFile(path)) };
  return loaded('onnx', files, await loadOnnx(files));
}

async function tfjs(path: string): Promise<Foreign> {
  const text = await readFile(path, 'utf8');
  const { modelTopology, weightsManifest } = parse(path, text);
  const shards = (weightsManifest ?? []).flatMap(({ paths }) => paths ?? []);
  const outside = shards.find((shard) => typeof shard !== 'string' || shard !== basename(shard) || shard.startsWith('.'));
  if (outside !== undefined) throw new UserError(`${path}: its weights are in "${outside}", and must be in files beside it`);
  const files: Record<string, Uint8Array> = { 'tfjs/model.json': new TextEncoder().encode(text) };
  for (const shard of shards) {
    files[`tfjs/${shard}`] = await readFile(join(dirname(path), shard)).catch((error: Error) => {
      throw new UserError(`cannot read the weights of the model: ${error.message}`, { cause: error });
    });
  }
  if (modelTopology?.node !== undefined) return loaded('tfjs-graph', files, await loadTfjsGraph(files));
  const layers = await loadLayersModel(files);
  return loaded('tfjs-layers', files, { signature: signatureOfLayers(path, layers), dispose: () => layers.dispose() });
}

type ModelJson = { readonly modelTopology?: { node?: unknown }; readonly weightsManifest?: readonly { paths?: string[] }[] };

function parse(path: string, text: string): ModelJson {
  try {
    return (JSON.parse(text) ?? {}) as ModelJson;
  } catch (error) {
    throw new UserError(`${path}: neither the folder of a SavedModel, nor a *.onnx, nor a model.json of TensorFlow.js`, { cause: error });
  }
}

function loaded(format: string, files: ModelFiles, model: { readonly signature: Signature; dispose(): void }): Foreign {
  model.dispose();
  return { format, files, signature: model.signature };
}

/** Tensors are called as the layers that they come out of. */
function signatureOfLayers(path: string, { inputs, outputs }: LayersModel): Signature {
  const specs = (side: LayersModel['inputs']) =>
    side.map(({ shape, dtype, sourceLayer: { name } }) => {
      const datatype = datatypeOfTfjs(dtype);
      if (datatype === undefined) throw new UserError(`${path}: tensor "${name}" has the datatype ${dtype}, which is not served`);
      return { name, datatype, shape: shape.map((size) => size ?? -1) };
    });
  return { inputs: specs(inputs), outputs: specs(outputs) };
}
