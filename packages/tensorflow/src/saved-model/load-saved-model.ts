import { firstLine } from '../backend.ts';
import type { GraphModel } from '../graph-model.ts';
import type { PlaceableModel } from '../place.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { nativeBackend, type NativeBackend } from '../trace/native-backend.ts';
import { fileOf, type ModelFiles } from '../weights.ts';
import { unknownOperations } from './known-operations.ts';
import { oneRow } from '../one-row.ts';
import { parseSavedModel, type SavedModel, type SavedSignature } from './parse.ts';
import { fitsThread, startSession } from './session-thread.ts';
import { openSession } from './session.ts';
import { inFolder, savedModelFolder } from './in-folder.ts';
import { stripOperations } from './strip.ts';
import { trySavedModel } from './trial.ts';

const definition = `${savedModelFolder}saved_model.pb`;

/** Operations that only spare work, and so can be left out where the linked TensorFlow is older than the one that wrote them. */
const dispensable: ReadonlySet<string> = new Set(['DisableCopyOnRead']);

/**
 * Loads a SavedModel, by its files below `saved-model/`, for the native backend. The files stay as they are: TensorFlow gets a copy, from
 * which operations are left out that it does not know and does not need.
 *
 * @param options.signature its name, `serving_default` unless given
 * @throws TensorFlowError where it is damaged or not whole, needs what the linked TensorFlow does not have, or another backend computes
 */
export async function loadSavedModel(files: ModelFiles, options: { readonly signature?: string } = {}): Promise<PlaceableModel> {
  const backend = await native();
  const pb = fileOf(files, definition);
  const model = parseSavedModel(pb);
  const signature = signatureOf(model, options.signature ?? 'serving_default');
  checkTensors(model, signature);
  checkVariables(files, model);
  const unknown = unknownOperations(backend.binding, model.operations);
  const needed = unknown.filter((operation) => !dispensable.has(operation));
  if (needed.length > 0) {
    throw new TensorFlowError(
      `${definition}, written by TensorFlow ${model.producer}, needs operations that the TensorFlow here does not have: ${needed.join(', ')}`,
    );
  }
  const taken = unknown.length === 0 ? pb : stripOperations(pb, new Set(unknown));
  const known = { ...files, [definition]: taken };
  const loaded = await load(backend, known, signature);
  try {
    tryOut(loaded);
    return fitsThread(signature) ? { ...loaded, elsewhere: () => startSession(known, signature) } : loaded;
  } catch (error) {
    loaded.dispose();
    throw error;
  }
}

async function native(): Promise<NativeBackend> {
  const { backend: name, reason } = await openTensorFlow();
  const backend = nativeBackend();
  if (typeof backend === 'object') return backend;
  throw new TensorFlowError(
    `a SavedModel needs the native backend of TensorFlow, and here backend "${name}" computes: ${backend ?? reason}. Models of TensorFlow.js run on every backend`,
  );
}

/** The signature of that name. @throws TensorFlowError that says which ones there are */
export function signatureOf({ signatures }: SavedModel, name: string): SavedSignature {
  const signature = signatures.get(name);
  if (signature === undefined) {
    const names = [...signatures.keys()].map((each) => `"${each}"`).join(', ');
    throw new TensorFlowError(`${definition} has no signature "${name}"; it has ${names || 'none: save it with signatures'}`);
  }
  if (signature.outputs.length === 0) throw new TensorFlowError(`${definition}: signature "${name}" answers nothing`);
  return signature;
}

function checkTensors({ nodes }: SavedModel, { inputs, outputs }: SavedSignature): void {
  for (const { spec, tensor } of [...inputs, ...outputs]) {
    const [node = ''] = tensor.split(':');
    if (!nodes.has(node)) throw new TensorFlowError(`${definition}: tensor "${spec.name}" is "${tensor}", which its graph does not have`);
  }
  for (const { spec, tensor } of inputs) {
    const operation = nodes.get(tensor.split(':')[0] as string);
    if (operation !== 'Placeholder' || !tensor.endsWith(':0'))
      throw new TensorFlowError(`${definition}: input "${spec.name}" is "${tensor}", a ${operation}, which is no place for a tensor`);
  }
}

/** TensorFlow says of a missing file only that some operation failed. */
function checkVariables(files: ModelFiles, { operations }: SavedModel): void {
  if (!operations.has('VarHandleOp') && !operations.has('VariableV2')) return;
  const index = `${savedModelFolder}variables/variables.index`;
  fileOf(files, index);
  const shards = Object.keys(files).map((path) => /\/variables\/variables\.data-\d{5}-of-(\d{5})$/.exec(path)?.[1]);
  const count = shards.find((each) => each !== undefined) ?? '00001';
  for (let shard = 0; shard < Number(count); shard++) {
    fileOf(files, `${savedModelFolder}variables/variables.data-${String(shard).padStart(5, '0')}-of-${count}`);
  }
}

async function load(backend: NativeBackend, files: ModelFiles, signature: SavedSignature): Promise<GraphModel> {
  try {
    return await inFolder(files, async (home) => {
      await trySavedModel(home, signature);
      return openSession(backend, home, signature);
    });
  } catch (error) {
    if (error instanceof TensorFlowError) throw error;
    throw new TensorFlowError(`${savedModelFolder}: ${firstLine(error).replaceAll(/\S*\/switchyard-graph-\w+\//g, '')}`, { cause: error });
  }
}

/**
 * Runs one row, to find variables without values: they were saved in a way that only Python's own loader understands. What the model says
 * of the row itself is of no account: zeros may be nothing that it takes.
 */
function tryOut(model: GraphModel): void {
  const row = oneRow(model.signature.inputs);
  if (row === undefined) return;
  try {
    model.predict(row);
  } catch (error) {
    const [, variable] = /Could not find variable ([^\s]+)\. /.exec((error as Error).message) ?? [];
    if (variable === undefined) return;
    throw new TensorFlowError(
      `${definition}: variable "${variable}" gets no value. Models of Keras 3 are saved for serving by model.export(), not by tf.saved_model.save(model)`,
      { cause: error },
    );
  }
}
