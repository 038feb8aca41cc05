import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { library } from '../library.ts';

export type TensorData = ArrayBufferView | readonly number[] | readonly Uint8Array[];
export type OperationAttribute = { readonly name: string; readonly type: number; readonly value: unknown };
export type Output = { readonly id: number; readonly dtype: number; readonly shape: number[] };

/** tfjs-node's add-on, as far as the tracer goes: constants of TensorFlow, and functions on tensors, which are numbers here. */
export type Binding = {
  readonly [constant: `TF_${string}`]: number;
  createTensor(shape: readonly number[], type: number, data: TensorData): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView | readonly Uint8Array[];
  executeOp(name: string, attributes: readonly OperationAttribute[], inputs: readonly number[], outputs: number): Output[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(model: number): void;
  runSavedModel(model: number, inputs: readonly number[], inputNames: string, outputNames: string): Output[];
  getNumOfTensors(): number;
};

/** What the backend knows of a tensor. Its values are here until an operation first needs them there. */
export type Held = { readonly shape: number[]; readonly dtype: number; values: TensorData | null; id: number; refCount: number };

/** tfjs-node's backend, of which we use what is private: its version is pinned, and `nativeBackend` looks whether all is there. */
export type NativeBackend = {
  binding: Binding;
  readonly tensorMap: { get(dataId: DataId): Held | undefined };
  getDTypeInteger(dtype: string): number;
  getInputTensorIds(tensors: readonly (Tensor | TensorInfo)[]): number[];
  createOutputTensor(output: Output): Tensor;
  executeSingleOutput(name: string, attributes: readonly OperationAttribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: readonly OperationAttribute[], inputs: readonly Tensor[], outputs: number): Tensor[];
  readSync(dataId: DataId): TensorData;
  write(values: TensorData, shape: number[], dtype: string): DataId;
  incRef(dataId: DataId): void;
  disposeData(dataId: DataId): boolean;
};

const needed = [
  'getDTypeInteger',
  'getInputTensorIds',
  'createOutputTensor',
  'executeSingleOutput',
  'executeMultipleOutputs',
  'readSync',
  'write',
  'incRef',
  'disposeData',
] as const;
const neededOfBinding = [
  'createTensor',
  'deleteTensor',
  'tensorDataSync',
  'executeOp',
  'loadSavedModel',
  'deleteSavedModel',
  'runSavedModel',
  'getNumOfTensors',
] as const;

/** The native backend; `undefined` where another one computes; in words, what of it is not as the tracer needs it. */
export function nativeBackend(): NativeBackend | string | undefined {
  if (library.getBackend() !== 'tensorflow') return undefined;
  const backend = library.backend() as unknown as NativeBackend;
  const missing = [
    ...needed.filter((name) => typeof backend[name] !== 'function'),
    ...neededOfBinding.filter((name) => typeof backend.binding?.[name] !== 'function'),
    ...(backend.tensorMap === undefined ? ['tensorMap'] : []),
  ];
  return missing.length === 0 ? backend : `this @tensorflow/tfjs-node has no ${missing.join(', ')}`;
}

export const idOf = (backend: NativeBackend, tensor: Tensor): number => backend.getInputTensorIds([tensor])[0] as number;

/** What the backend knows of a tensor. @throws Error where it is disposed */
export function heldOf(backend: NativeBackend, { dataId }: { dataId: DataId }): Held {
  const held = backend.tensorMap.get(dataId);
  if (held === undefined) throw new Error('a tensor is used that is disposed');
  return held;
}
