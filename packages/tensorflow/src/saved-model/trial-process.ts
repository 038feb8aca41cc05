import { openTensorFlow } from '../tensorflow.ts';
import { nativeBackend } from '../trace/native-backend.ts';
import { oneRow } from '../one-row.ts';
import type { SavedSignature } from './parse.ts';
import { openSession } from './session.ts';

/** The process of `trySavedModel`. Whatever TensorFlow says in words is no matter here: what counts is whether it comes back. */
const [folder = '', signature = ''] = process.argv.slice(2);
await openTensorFlow({ backend: 'native' });
const backend = nativeBackend();
if (typeof backend !== 'object') throw new Error(backend);
try {
  const model = openSession(backend, folder, JSON.parse(signature) as SavedSignature);
  const row = oneRow(model.signature.inputs);
  if (row) model.predict(row);
} catch (error) {
  console.error(error);
}
process.exit(0);
