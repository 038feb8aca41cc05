import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Signature } from '@switchyard/protocol';
import { firstLine } from '../backend.ts';
import { heldTo, type GraphModel } from '../graph-model.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { nativeBackend } from '../trace/native-backend.ts';
import { scratch } from '../trace/session.ts';
import { savedModelFolder, signatureOf } from './load-saved-model.ts';
import { parseSavedModel } from './parse.ts';
import { saveSavedModel } from './save-saved-model.ts';
import { openSession } from './session.ts';

/**
 * Makes one graph of a model of layers, for any number of rows, with the weights as they are now: it answers as the layers do, to rounding,
 * without calling them, and holds no tensors of TensorFlow.js. Only the native backend can do this.
 *
 * @throws TensorFlowError as `saveSavedModel`, or where TensorFlow refuses the graph
 */
export function compileLayers(model: LayersModel, signature: Signature): GraphModel {
  const files = saveSavedModel(model, signature);
  const backend = nativeBackend();
  if (typeof backend !== 'object') throw new TensorFlowError(backend ?? 'only the native backend of TensorFlow runs graphs');
  const folder = scratch(); // the add-on takes a graph by a folder only
  try {
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const [definition] = Object.values(files) as [Uint8Array];
    const served = signatureOf(parseSavedModel(definition), 'serving_default');
    return heldTo(signature, openSession(backend, join(folder, savedModelFolder), served));
  } catch (error) {
    throw error instanceof TensorFlowError
      ? error
      : new TensorFlowError(`TensorFlow refuses its graph: ${firstLine(error)}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
