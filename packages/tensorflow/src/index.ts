export type { Optimizer, Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
export type { LayersModel, Sequential } from '@tensorflow/tfjs-layers';
export type { Backend } from './backend.ts';
export type { Library } from './library.ts';
export { loadLayersModel, saveLayersModel } from './layers-model.ts';
export { openTensorFlow, type TensorFlow } from './tensorflow.ts';
export { TensorFlowError } from './tensorflow-error.ts';
export type { ModelFiles } from './weights.ts';
export { traceFunction, type Traced, type TraceOptions } from './trace/trace-function.ts';
