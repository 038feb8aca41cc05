import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';
import { library } from './library.ts';

type Backend = { disposeData(id: DataId): unknown };

/**
 * Replaces the matrix product of the WASM backend where its left side is to be transposed, as in every gradient of a dense layer: the
 * backend then reads column by column, at a seventh of its speed (784×100 by 100×64: 5.0 ms, against 0.7 ms with the transposition made first).
 */
export function speedUpTransposedMatmul(): void {
  const { getKernel, registerKernel, unregisterKernel } = library;
  const matmul = getKernel('BatchMatMul', 'wasm');
  const transpose = getKernel('Transpose', 'wasm');
  unregisterKernel('BatchMatMul', 'wasm');
  registerKernel({
    ...matmul,
    kernelFunc: ({ inputs, backend, attrs = {} }) => {
      const { a } = inputs as { a: TensorInfo };
      if (!attrs['transposeA'] || a.dtype !== 'float32') return matmul.kernelFunc({ inputs, backend, attrs });
      const axes = a.shape.map((_, axis) => axis);
      const perm = [...axes.slice(0, -2), ...axes.slice(-2).toReversed()];
      const turned = transpose.kernelFunc({ inputs: { x: a }, backend, attrs: { perm } }) as TensorInfo;
      const product = matmul.kernelFunc({ inputs: { ...inputs, a: turned }, backend, attrs: { ...attrs, transposeA: false } });
      (backend as Backend).disposeData(turned.dataId);
      return product;
    },
  });
}
