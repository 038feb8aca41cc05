import { fileURLToPath } from 'node:url';
import { programBeside } from '../thread.ts';
import { tryApart } from '../try-apart.ts';
import type { SavedSignature } from './parse.ts';

/** Loads a SavedModel and runs a row in a process of its own. @throws TensorFlowError where that ends or hangs */
export function trySavedModel(folder: string, signature: SavedSignature): Promise<void> {
  const program = fileURLToPath(programBeside(import.meta.url, 'trial-process'));
  return tryApart(program, [folder, JSON.stringify(signature)], 'saved_model.pb');
}
