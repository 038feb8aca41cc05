import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocate, type Datatype, type Signature, type Tensor } from '@switchyard/protocol';
import { findOnnxRuntime } from '../onnx/find-runtime.ts';
import type { ModelFiles } from '../weights.ts';

/** Models that `models.py` beside them wrote, and what Python's onnxruntime answers. */
export const recordedOnnx = join(import.meta.dirname, '../fixtures/onnx');

type Listed = { readonly datatype: Datatype; readonly shape: number[]; readonly data: (number | string | boolean)[] };
type Answers = Readonly<
  Record<string, { readonly inputs: Readonly<Record<string, Listed>>; readonly outputs: Readonly<Record<string, Listed>> }>
>;

/** What `answers.json` of a folder says, by the names of models and tensors. */
export const onnxAnswers = (folder = recordedOnnx): Answers => JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Answers;

/** A model by its name, as an artifact has it. */
export const onnxFiles = (name: string, folder = recordedOnnx): ModelFiles => ({
  'onnx/model.onnx': Uint8Array.from(readFileSync(join(folder, `${name}.onnx`))),
});

/**
 * Whether tests that need onnxruntime-node are left out, since it is not installed: said once for each file. CI installs it, and fails without.
 */
export function withoutOnnxRuntime(): boolean {
  if (process.env['CI']) return false;
  try {
    findOnnxRuntime();
    return false;
  } catch (error) {
    console.warn(`Tests of ONNX models are skipped: ${(error as Error).message}`);
    return true;
  }
}

/** What is listed, in the datatypes of the signature. */
export function onnxTensors(specs: Signature['inputs'], listed: Readonly<Record<string, Listed>>): Tensor[] {
  return specs.map(({ name, datatype }) => {
    const { shape, data } = listed[name] as Listed;
    if (datatype === 'BYTES') return { name, datatype, shape, data: data.map((each) => new TextEncoder().encode(String(each))) };
    const values = allocate(datatype, data.length);
    const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
    for (const [at, each] of data.entries()) values[at] = wide ? BigInt(each as string) : Number(each);
    return { name, datatype, shape, data: values };
  });
}
