import type { Tensor } from '@tensorflow/tfjs-core';

type Operation = (...given: unknown[]) => unknown;

/** Operations that are methods of a tensor as well, with the tensor as their first argument. */
const names =
  `abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo cast ceil clipByValue
  conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d dilation2d div divNoNan dot elu equal erf euclideanNorm
  exp expandDims expm1 fft floor floorDiv gather greater greaterEqual ifft irfft isFinite isInf isNaN leakyRelu less lessEqual
  localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max maxPool maximum
  mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow prelu prod reciprocal relu relu6 reshape reverse rfft
  round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax softplus spaceToBatchND split sqrt square squaredDifference squeeze
  step stridedSlice sub sum tan tanh tile topk transpose unique unsortedSegmentSum unstack zerosLike`.split(/\s+/);

/**
 * Makes methods of operations, as in `x.sub(y)`. The package `@tensorflow/tfjs` brings them, which we do not load; and layers call some:
 * recurrent ones to initialise their weights, and PReLU.
 */
export function chainOperations(library: Readonly<Record<string, unknown>> & { readonly Tensor: { readonly prototype: object } }): void {
  const core = library as Readonly<Record<string, Operation>>;
  const call = (name: string, ...given: unknown[]): unknown => (core[name] as Operation)(...given);
  const { resizeBilinear, resizeNearestNeighbor } = library['image'] as Record<string, Operation>;
  const reshape = (tensor: Tensor, ...shape: number[]): unknown => call('reshape', tensor, shape);
  const many = (others: Tensor | Tensor[]): Tensor[] => (Array.isArray(others) ? others : [others]);
  const methods: Record<string, (tensor: Tensor, ...given: never[]) => unknown> = {
    ...Object.fromEntries(names.map((name) => [name, (tensor: Tensor, ...given: unknown[]) => call(name, tensor, ...given)])),
    asScalar: (tensor) => reshape(tensor),
    as1D: (tensor) => reshape(tensor, tensor.size),
    as2D: reshape,
    as3D: reshape,
    as4D: reshape,
    as5D: reshape,
    asType: (tensor, type: string) => call('cast', tensor, type),
    toBool: (tensor) => call('cast', tensor, 'bool'),
    toFloat: (tensor) => call('cast', tensor, 'float32'),
    toInt: (tensor) => call('cast', tensor, 'int32'),
    flatten: (tensor) => reshape(tensor, tensor.size),
    reshapeAs: (tensor, { shape }: Tensor) => reshape(tensor, ...shape),
    concat: (tensor, others: Tensor | Tensor[], axis?: number) => call('concat', [tensor, ...many(others)], axis),
    stack: (tensor, others: Tensor | Tensor[], axis?: number) => call('stack', [tensor, ...many(others)], axis),
    where: (tensor, condition: Tensor, other: Tensor) => call('where', condition, tensor, other),
    resizeBilinear: (tensor, ...given) => resizeBilinear?.(tensor, ...given),
    resizeNearestNeighbor: (tensor, ...given) => resizeNearestNeighbor?.(tensor, ...given),
  };
  for (const [name, operation] of Object.entries(methods)) {
    const value = function (this: Tensor, ...given: never[]): unknown {
      return operation(this, ...given);
    };
    Object.defineProperty(library.Tensor.prototype, name, { value, configurable: true, writable: true });
  }
}
