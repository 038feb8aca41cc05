import type { io } from '@tensorflow/tfjs-core';
import { TensorFlowError } from './tensorflow-error.ts';

/** The files of a model by their path in the artifact. */
export type ModelFiles = Readonly<Record<string, Uint8Array>>;

const bytesOf: Readonly<Record<string, number>> = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1, bool: 1, complex64: 8 };

/**
 * Reads the bytes of all weights, in the order of their specs, and holds them against what the specs say.
 * @throws TensorFlowError naming the file and both sizes.
 */
export function readWeights(files: ModelFiles, folder: string, groups: io.WeightsManifestConfig): ArrayBuffer {
  const parts = groups.flatMap(({ paths, weights }) => {
    const shards = paths.map((path) => [folder + path, fileOf(files, folder + path)] as const);
    const found = shards.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    const expected = weights.reduce((sum, spec) => sum + sizeOf(spec), 0);
    if (found !== expected) {
      throw new TensorFlowError(`${shards.map(([path]) => path).join(' + ')}: ${found} bytes, but its weights are ${expected}`);
    }
    return shards.map(([, bytes]) => bytes);
  });
  return Uint8Array.from(Buffer.concat(parts)).buffer;
}

export function fileOf(files: ModelFiles, path: string): Uint8Array {
  const bytes = Object.hasOwn(files, path) ? files[path] : undefined;
  if (bytes === undefined) throw new TensorFlowError(`${path} is missing`);
  return bytes;
}

function sizeOf({ name, shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const size = bytesOf[quantization?.dtype ?? dtype];
  if (size === undefined) throw new TensorFlowError(`weight "${name}": datatype "${dtype}" is not supported`);
  if (!Array.isArray(shape) || !shape.every((each) => Number.isSafeInteger(each) && each >= 0)) {
    throw new TensorFlowError(`weight "${name}": [${String(shape)}] is not a shape`);
  }
  return shape.reduce((product, each) => product * each, size);
}
