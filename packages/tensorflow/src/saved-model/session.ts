import { inputOf, type GraphModel } from '../graph-model.ts';
import type { NativeBackend } from '../trace/native-backend.ts';
import { giveValues, takeValues } from './native-values.ts';
import type { SavedPort, SavedSignature } from './parse.ts';

/** Opens the SavedModel in a folder as TensorFlow's own session, which does not need the folder any more. @throws Error of TensorFlow's */
export function openSession(backend: NativeBackend, folder: string, signature: SavedSignature): GraphModel {
  return sessionModel(backend, backend.binding.loadSavedModel(folder, 'serve'), signature);
}

/** A session that TensorFlow holds, by the add-on's number of it, as a model. */
export function sessionModel(backend: NativeBackend, session: number, { inputs, outputs }: SavedSignature): GraphModel {
  const names = (ports: readonly SavedPort[]): string => ports.map(({ tensor }) => tensor).join(',');
  const [inputNames, outputNames] = [names(inputs), names(outputs)];
  return {
    signature: { inputs: inputs.map(({ spec }) => spec), outputs: outputs.map(({ spec }) => spec) },
    predict(given) {
      const ids: number[] = [];
      try {
        for (const { spec } of inputs) ids.push(giveValues(backend, inputOf(given, spec)));
        const answers = backend.binding.runSavedModel(session, ids, inputNames, outputNames);
        return answers.map((answer, index) => ({ ...takeValues(backend, answer), name: (outputs[index] as SavedPort).spec.name }));
      } finally {
        for (const id of ids) backend.binding.deleteTensor(id);
      }
    },
    dispose: () => backend.binding.deleteSavedModel(session),
  };
}
