import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { library } from '../library.ts';
import { loadSavedModel } from '../saved-model/load-saved-model.ts';
import { oneRow } from '../one-row.ts';
import { saveSavedModel } from '../saved-model/save-saved-model.ts';
import { openTensorFlow } from '../tensorflow.ts';
import type { ModelFiles } from '../weights.ts';
import { damaged } from './damage.ts';
import { models } from './layers-models.ts';
import { recorded, savedModelIn } from './python-models.ts';

/** Loads and runs damaged models one after the other, and says before each which one: `fuzz-worker.ts FROM TO`. */
const [from = 0, to = 0] = process.argv.slice(2).map(Number);
await openTensorFlow({ backend: 'native' });
const whole = [...['several', 'types'].map((name) => savedModelIn(join(recorded, name))), ...['cnn', 'recurrent'].map(frozen)];

let loaded = 0;
for (let seed = from; seed < to; seed++) {
  writeSync(1, `${seed}\n`);
  try {
    const model = await loadSavedModel(damaged(whole[seed % whole.length] as ModelFiles, seed));
    loaded++;
    try {
      model.predict(oneRow(model.signature.inputs) ?? []);
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
writeSync(1, `loaded ${loaded}\n`);

function frozen(name: string): ModelFiles {
  const model = models[name]!(library);
  const spec = (at: string, shape: (number | null)[]) => ({ name: at, datatype: 'FP32' as const, shape: shape.map((size) => size ?? -1) });
  return saveSavedModel(model, { inputs: [spec('x', model.inputs[0]!.shape)], outputs: [spec('y', model.outputs[0]!.shape)] });
}
