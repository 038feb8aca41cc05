import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../trace/session.ts';
import { programBeside } from '../thread.ts';
import { tryApart } from '../try-apart.ts';
import type { SessionSource, Values } from './session.ts';

/** What a trial is told beside the model: what to open, and of what to make a row of zeros. */
export type TrialOrder = Omit<SessionSource, 'model'> & { readonly row: readonly Omit<Values, 'data'>[] };

/** Loads a model and runs one row of zeros in a process of its own. @throws TensorFlowError where that ends or hangs */
export async function tryOnnx({ model, ...source }: SessionSource, row: TrialOrder['row']): Promise<void> {
  const program = fileURLToPath(programBeside(import.meta.url, 'trial-process'));
  const folder = scratch();
  try {
    const file = join(folder, 'model.onnx');
    await writeFile(file, model);
    await tryApart(program, [file, JSON.stringify({ ...source, row } satisfies TrialOrder)], 'model.onnx');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
