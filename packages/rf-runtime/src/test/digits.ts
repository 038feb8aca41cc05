import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore, type Artifact, type Draft } from '@switchyard/artifact';
import { loadDataset, type Dataset } from '@switchyard/dataset';
import { encodeForest, trainForest, type Forest } from '@switchyard/forest';
import { afterAll } from 'vitest';

export type Digits = {
  readonly forest: Forest;
  readonly test: Dataset;
  readonly draft: Draft;
  /** The store's folder. */
  readonly folder: string;
  publish(changes?: { name?: string; draft?: Partial<Draft>; file?: Uint8Array }): Promise<Artifact>;
};

/** A forest of 30 trees that saw the first `rows` digits of MNIST as bytes, and a store for it that goes when the tests of the file are through. */
export async function trainDigits(rows: number): Promise<Digits> {
  const { train, test } = await loadDataset('mnist');
  const data = {
    features: train.features.subarray(0, rows * 784),
    labels: train.labels.subarray(0, rows),
    rows,
    columns: 784,
    classes: 10,
  };
  const { forest } = await trainForest(data, { nEstimators: 30 });
  const folder = await mkdtemp(join(tmpdir(), 'rf-runtime-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const store = fileStore(folder);
  const draft: Draft = {
    format: 'switchyard-forest',
    signature: {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 784], range: { min: 0, max: 1 } }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10], columns: train.classNames.map((name) => `class:${name}`) }],
    },
    scaling: { scale: 255, offset: 0 },
    classNames: [...train.classNames],
    metrics: {},
    hyperparameters: { nEstimators: 30 },
    seed: 0,
    dataset: { name: train.name, digest: train.digest, rows },
    producer: 'rf-runtime-tests@0.1.0',
  };
  const publish: Digits['publish'] = ({ name = 'digits', draft: changes, file = encodeForest(forest) } = {}) =>
    store.publish(name, async (directory) => {
      await writeFile(join(directory, 'forest.bin'), file);
      return { ...draft, ...changes };
    });
  return { forest, test, draft, folder, publish };
}

/** Rows of the test digits as clients send them: 0..1. */
export function asSent({ features }: Dataset, from: number, to: number): Float32Array {
  return Float32Array.from(features.subarray(from * 784, to * 784), (pixel: number) => pixel / 255);
}

export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0;
  for (let row = 0; row < predicted.length; row++) if (predicted[row] === labels[row]) right++;
  return right / predicted.length;
}
