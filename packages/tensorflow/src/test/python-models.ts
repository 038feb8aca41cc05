import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Signature, Tensor } from '@switchyard/protocol';
import type { ModelFiles } from '../weights.ts';

/** What Python answered to some inputs, by the names of model, signature and tensor, as `peers/export.py` writes it. */
export type Answers = Readonly<Record<string, Readonly<Record<string, { inputs: Listed; outputs: Listed }>>>>;
type Listed = Readonly<Record<string, { shape: number[]; data: (number | string | boolean)[] }>>;

/** SavedModels that `peers/export.py` wrote once; `nx peers-test tensorflow` writes them anew. */
export const recorded = join(import.meta.dirname, '../fixtures/saved-models');

export const answersIn = (folder: string): Answers => JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Answers;

/** The files of a SavedModel as an artifact has them. */
export function savedModelIn(folder: string): ModelFiles {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [`saved-model/${path}`, Uint8Array.from(readFileSync(join(folder, path)))]));
}

const arrays = { FP32: Float32Array, FP64: Float64Array, INT32: Int32Array, INT8: Int8Array, UINT8: Uint8Array, BOOL: Uint8Array };

export function inputsOf({ inputs }: Signature, listed: Listed): Tensor[] {
  return inputs.map(({ name, datatype }) => {
    const { shape, data } = listed[name] as Listed[string];
    if (datatype === 'BYTES') return { name, datatype, shape, data: data.map((each) => new TextEncoder().encode(String(each))) };
    if (datatype === 'INT64') return { name, datatype, shape, data: BigInt64Array.from(data, (each) => BigInt(each)) };
    return { name, datatype, shape, data: arrays[datatype as keyof typeof arrays].from(data as number[]) };
  });
}

/** The values of a tensor as Python lists them. */
export function listed({ datatype, data }: Tensor): (number | string | boolean)[] {
  if (datatype === 'BYTES') return (data as readonly Uint8Array[]).map((each) => new TextDecoder().decode(each));
  const numbers = [...(data as ArrayLike<number | bigint> & Iterable<number | bigint>)].map(Number);
  return datatype === 'BOOL' ? numbers.map(Boolean) : numbers;
}
