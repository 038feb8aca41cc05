import type { io, NamedTensorMap, serialization } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { firstLine } from './backend.ts';
import { type Library, library } from './library.ts';
import { openTensorFlow } from './tensorflow.ts';
import { TensorFlowError } from './tensorflow-error.ts';
import { fileOf, type ModelFiles, readWeights } from './weights.ts';

const folder = 'tfjs/';
const topologyFile = `${folder}model.json`;

type LayersModelFile = { readonly modelTopology: object; readonly weightsManifest: io.WeightsManifestConfig };

/**
 * Writes a model as the files of TensorFlow.js' own layers format: `tfjs/model.json` and `tfjs/weights.bin`.
 * The same weights and layer names give the same bytes; so name the model and its layers, since the library numbers the nameless ones.
 */
export async function saveLayersModel(model: LayersModel): Promise<Record<string, Uint8Array>> {
  const { modelTopology, weightSpecs, weightData } = await artifactsOf(model);
  const file = {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${library.version_layers}`,
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
  };
  return {
    [topologyFile]: new TextEncoder().encode(`${JSON.stringify(file, null, 1)}\n`),
    [`${folder}weights.bin`]: new Uint8Array(library.io.CompositeArrayBuffer.join(weightData)),
  };
}

async function artifactsOf(model: LayersModel): Promise<io.ModelArtifacts> {
  let saved: io.ModelArtifacts = {};
  const modelArtifactsInfo: io.ModelArtifactsInfo = { dateSaved: new Date(0), modelTopologyType: 'JSON' };
  await model.save({
    save: async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo };
    },
  });
  return saved;
}

/**
 * Reads a model from the files that `saveLayersModel` or TensorFlow.js' own `model.save` wrote. Whoever loads it disposes of it.
 * @throws TensorFlowError where a file is missing or damaged, a weight is missing, has another shape than its layer, or is not finite.
 */
export async function loadLayersModel(files: ModelFiles): Promise<LayersModel> {
  const { tf } = await openTensorFlow();
  const { modelTopology, weightsManifest } = parseModel(fileOf(files, topologyFile));
  const weightData = readWeights(files, folder, weightsManifest);
  const specs = weightsManifest.flatMap((group) => group.weights);
  const model = await buildLayers(tf, modelTopology);
  try {
    setWeights(tf, model, weightData, specs);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function parseModel(bytes: Uint8Array): LayersModelFile {
  let file: unknown;
  try {
    file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new TensorFlowError(`${topologyFile} is not JSON: ${firstLine(error)}`, { cause: error });
  }
  if (isLayersModel(file)) return file;
  throw new TensorFlowError(`${topologyFile} is not a layers model of TensorFlow.js: it has no "modelTopology" or no "weightsManifest"`);
}

function isLayersModel(value: unknown): value is LayersModelFile {
  const { modelTopology, weightsManifest } = record(value);
  const isGroup = (group: unknown) => Array.isArray(record(group)['paths']) && Array.isArray(record(group)['weights']);
  return typeof modelTopology === 'object' && modelTopology !== null && Array.isArray(weightsManifest) && weightsManifest.every(isGroup);
}

const record = (value: unknown): Record<string, unknown> => (value ?? {}) as Record<string, unknown>;

/** The model with weights as its initializers give them. The library leaves behind what layers made before one of them failed. */
async function buildLayers(tf: Library, modelTopology: object): Promise<LayersModel> {
  const model = (modelTopology as { model_config?: object }).model_config ?? modelTopology; // Keras writes it one deeper
  const load = async () => ({ modelTopology: { class_name: WholeModel.className, config: { model } } });
  return tf.loadLayersModel({ load }).catch((error: unknown) => {
    throw new TensorFlowError(`${topologyFile}: its layers cannot be built: ${firstLine(error)}`, { cause: error });
  });
}

/** A model around a model, so that code of ours runs, and nothing else can, from before the first layer is built until after the last one. */
class WholeModel extends library.serialization.Serializable {
  static className = 'WholeModel';

  getConfig = () => ({});

  static override fromConfig<T extends serialization.Serializable>(
    _: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { className, config: layers } = config['model'] as { className: string; config: serialization.ConfigDict };
    const [type, fromConfig] = library.serialization.SerializationMap.getMap().classNameMap[className] ?? [];
    if (type === undefined || fromConfig === undefined) throw new Error(`Unknown layer: ${className}`);
    const engine = library.engine();
    const before = new Set(Object.keys(engine.registeredVariables));
    engine.startScope();
    try {
      const model = fromConfig(type, layers);
      engine.endScope(engine.state.activeScope.track);
      return model as T;
    } catch (error) {
      engine.endScope();
      for (const [name, variable] of Object.entries(engine.registeredVariables)) if (!before.has(name)) variable.dispose();
      throw error;
    }
  }
}
library.serialization.registerClass(WholeModel);

function setWeights(tf: Library, model: LayersModel, data: ArrayBuffer, specs: io.WeightsManifestEntry[]): void {
  const stored = new Map(specs.map((spec) => [spec.name, spec.shape]));
  for (const { originalName, shape } of model.weights) {
    const found = stored.get(originalName);
    if (found === undefined) throw new TensorFlowError(`weight "${originalName}" is missing`);
    if (String(found) !== String(shape)) {
      throw new TensorFlowError(`weight "${originalName}" has shape [${found}], but its layer wants [${String(shape)}]`);
    }
    stored.delete(originalName);
  }
  if (stored.size > 0) throw new TensorFlowError(`weight "${[...stored.keys()].join('", "')}" belongs to no layer`);
  const weights = tf.io.decodeWeights(data, specs);
  try {
    checkFinite(weights);
    model.loadWeights(weights);
  } finally {
    tf.dispose(weights);
  }
}

function checkFinite(weights: NamedTensorMap): void {
  for (const [name, tensor] of Object.entries(weights)) {
    const values: ArrayLike<number> = tensor.dataSync();
    for (let index = 0; index < values.length; index++) {
      if (!Number.isFinite(values[index])) throw new TensorFlowError(`weight "${name}": value ${index} is ${values[index]}`);
    }
  }
}
