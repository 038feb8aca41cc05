import type { Tensor } from '@tensorflow/tfjs-core';
import { library } from './library.ts';
import { heldOf, nativeBackend } from './trace/native-backend.ts';

const uint8 = 4; // TensorFlow's number of the type; TensorFlow.js has none

/** Whether `bytesTensor` can be had. */
export const takesBytes = (): boolean => typeof nativeBackend() === 'object';

/**
 * A tensor of bytes, as pixels are stored: a quarter of what their floats take on the way into TensorFlow. It says that it is of int32, but
 * only `floatsOf` can read it.
 *
 * @throws Error where another backend than the native one computes
 */
export function bytesTensor(values: Uint8Array, shape: number[]): Tensor {
  const backend = nativeBackend();
  if (typeof backend !== 'object') throw new Error(backend ?? 'only the native backend takes bytes');
  const dataId = backend.write(values, shape, 'int32');
  Object.assign(heldOf(backend, { dataId }), { dtype: uint8 });
  return library.engine().makeTensorFromDataId(dataId, shape, 'int32');
}

/** The numbers of a tensor of bytes, each 0 to 255, as float32. Can be traced. */
export function floatsOf(bytes: Tensor): Tensor {
  const backend = nativeBackend();
  if (typeof backend !== 'object') throw new Error(backend ?? 'only the native backend takes bytes');
  const { binding } = backend;
  const [type, truth] = [binding.TF_ATTR_TYPE as number, binding.TF_ATTR_BOOL as number];
  const attributes = [
    { name: 'SrcT', type, value: uint8 },
    { name: 'DstT', type, value: binding.TF_FLOAT },
    { name: 'Truncate', type: truth, value: false },
  ];
  return backend.executeSingleOutput('Cast', attributes, [bytes]);
}
