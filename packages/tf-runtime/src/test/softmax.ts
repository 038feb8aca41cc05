import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { fileStore, type Artifact, type Draft, type Store } from '@switchyard/artifact';
import { batches, loadDataset, type Split } from '@switchyard/dataset';
import { openTensorFlow, saveLayersModel, type ModelFiles, type Scalar, type Tensor2D } from '@switchyard/tensorflow';

export type Softmax = {
  readonly split: Split;
  readonly files: ModelFiles;
  readonly draft: Draft;
  readonly store: Store;
  /** The store's folder. */
  readonly folder: string;
  publish(changes?: { draft?: Partial<Draft>; files?: ModelFiles }): Promise<Artifact>;
};

/** A softmax trained on some thousand digits of MNIST, and a store for it that goes when the tests of the file are through. */
export async function trainSoftmax(): Promise<Softmax> {
  const split = await loadDataset('mnist');
  const files = await train(split);
  const folder = await mkdtemp(join(tmpdir(), 'tf-runtime-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const store = fileStore(folder);
  const draft = draftOf(split);
  const publish: Softmax['publish'] = (changes = {}) =>
    store.publish('digits', async (directory) => {
      await write(directory, changes.files ?? files);
      return { ...draft, ...changes.draft };
    });
  return { split, files, draft, store, folder, publish };
}

async function train({ train }: Split): Promise<ModelFiles> {
  const { tf } = await openTensorFlow();
  const model = tf.sequential({
    name: 'softmax',
    layers: [
      tf.layers.dense({ name: 'logits', units: 10, inputShape: [784], kernelInitializer: 'zeros' }),
      tf.layers.softmax({ name: 'probabilities' }),
    ],
  });
  const optimizer = tf.train.sgd(0.5);
  for (const { features, labels, rows } of batches(train, 100, 0, { scale: 1 / 255 }).take(100)) {
    tf.tidy(() => {
      const x = tf.tensor2d(features, [rows, 784]);
      const truth = tf.oneHot(tf.tensor1d(labels, 'int32'), 10);
      optimizer.minimize(() => tf.neg(tf.mean(tf.sum(tf.mul(truth, tf.log(model.apply(x) as Tensor2D)), 1))) as Scalar);
    });
  }
  const files = await saveLayersModel(model);
  model.dispose();
  optimizer.dispose();
  return files;
}

const draftOf = ({ train }: Split): Draft => ({
  format: 'tfjs-layers',
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 784], range: { min: 0, max: 1 } }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10], columns: train.classNames.map((name) => `class:${name}`) }],
  },
  classNames: train.classNames,
  metrics: {},
  hyperparameters: { steps: 100 },
  seed: 0,
  dataset: { name: train.name, digest: train.digest, rows: train.rows },
  producer: 'tf-runtime-tests@0.1.0',
});

async function write(directory: string, files: ModelFiles): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
}

/** The first rows of the test digits as clients send them. */
export function digits({ test }: Split, rows: number): Float32Array {
  return Float32Array.from(test.features.subarray(0, rows * 784), (pixel: number) => pixel / 255);
}
