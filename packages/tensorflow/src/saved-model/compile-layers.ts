import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Signature } from '@switchyard/protocol';
import { firstLine } from '../backend.ts';
import { heldTo } from '../graph-model.ts';
import type { PlaceableModel } from '../place.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { nativeBackend } from '../trace/native-backend.ts';
import { loadDefinition } from '../trace/session.ts';
import { signatureOf } from './load-saved-model.ts';
import { parseSavedModel } from './parse.ts';
import { saveSavedModel } from './save-saved-model.ts';
import { fitsThread, startSession } from './session-thread.ts';
import { sessionModel } from './session.ts';

/**
 * Makes one graph of a model of layers, for any number of rows, with the weights as they are now: it answers as the layers do, to rounding,
 * without calling them, and holds no tensors of TensorFlow.js. Only the native backend can do this.
 *
 * @throws TensorFlowError as `saveSavedModel`, or where TensorFlow refuses the graph
 */
export function compileLayers(model: LayersModel, signature: Signature): PlaceableModel {
  const files = saveSavedModel(model, signature);
  const [definition] = Object.values(files) as [Uint8Array];
  const backend = nativeBackend();
  if (typeof backend !== 'object') throw new TensorFlowError(backend ?? 'only the native backend of TensorFlow runs graphs');
  const served = signatureOf(parseSavedModel(definition), 'serving_default');
  try {
    const here = heldTo(signature, sessionModel(backend, loadDefinition(backend.binding, definition), served));
    return fitsThread(served) ? { ...here, elsewhere: async () => heldTo(signature, await startSession(files, served)) } : here;
  } catch (error) {
    throw error instanceof TensorFlowError
      ? error
      : new TensorFlowError(`TensorFlow refuses its graph: ${firstLine(error)}`, { cause: error });
  }
}
