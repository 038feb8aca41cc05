import { writeSync } from 'node:fs';
import { InferenceError, type Tensor } from '@switchyard/protocol';
import { loadOnnx } from '../onnx/load-onnx.ts';
import { oneRow } from '../one-row.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { damaged } from './damage.ts';
import { onnxFiles } from './onnx.ts';

/** Loads and runs damaged models of ONNX one after the other, and says before each which one: `fuzz-onnx.ts FROM TO`. */
const [from = 0, to = 0] = process.argv.slice(2).map(Number);
const whole = ['mlp', 'types', 'several', 'one-row', 'half', 'trees', 'missing'].map((name) => onnxFiles(name));

let loaded = 0;
for (let seed = from; seed < to; seed++) {
  writeSync(1, `${seed}\n`);
  try {
    const model = await loadOnnx(damaged(whole[seed % whole.length]!, seed));
    loaded++;
    try {
      await model.predict((oneRow(model.signature.inputs) ?? []).map(drawn));
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (!(error instanceof TensorFlowError || error instanceof InferenceError)) throw error;
  }
}
writeSync(1, `loaded ${loaded}\n`);

/** A tensor of other numbers than zeros, in place. */
function drawn(tensor: Tensor): Tensor {
  const { data } = tensor;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.forEach((_, at) => (data[at] = BigInt(at % 7)));
  else if (ArrayBuffer.isView(data)) data.forEach((_, at) => (data[at] = tensor.datatype === 'BOOL' ? at % 2 : (at * 37) % 101));
  return tensor;
}
