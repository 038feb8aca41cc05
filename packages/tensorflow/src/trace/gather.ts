import type { KernelConfig, Tensor } from '@tensorflow/tfjs-core';
import { library } from '../library.ts';
import type { NativeBackend } from './native-backend.ts';

type Given = { inputs: { x: Tensor; indices: Tensor }; attrs: { axis: number; batchDims: number } };

/**
 * GatherV2 without a look at the indices in JavaScript, which tfjs-node's own takes to find those that are out of range, and which a graph
 * cannot take: TensorFlow finds them as well, and names them. Embeddings call it.
 */
export function gatherOf(backend: NativeBackend): KernelConfig['kernelFunc'] {
  const type = (name: string, dtype: string) => ({
    name,
    type: backend.binding.TF_ATTR_TYPE as number,
    value: backend.getDTypeInteger(dtype),
  });
  return (given) => {
    const { inputs, attrs } = given as unknown as Given;
    const { x, indices } = inputs;
    library.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, attrs.axis, attrs.batchDims); // it checks them
    const attributes = [
      { name: 'batch_dims', type: backend.binding.TF_ATTR_INT as number, value: attrs.batchDims },
      type('Tparams', x.dtype),
      type('Tindices', indices.dtype),
      type('Taxis', 'int32'),
    ];
    return library.tidy(() => backend.executeSingleOutput('GatherV2', attributes, [x, indices, library.scalar(attrs.axis, 'int32')]));
  };
}
