import { createRandom } from '@switchyard/dataset';

/** Streams of chance of one seed. Those below 2³⁰ are the epochs' orders of rows. */
export const streams = { weights: 2 ** 30, validation: 2 ** 30 + 1, step: 2 ** 31 } as const;

/**
 * Runs a function whose `Math.random()` depends on seed and stream alone. TensorFlow.js draws the seeds of dropout and of initializers
 * from there, unless they are given; so a step sees the same chance whether or not the training was interrupted before it, and each step
 * another.
 */
export function seeded<T>(seed: number, stream: number, run: () => T): T {
  const random = createRandom(seed, stream);
  const own = Math.random;
  Math.random = () => random() / 2 ** 32;
  try {
    return run();
  } finally {
    Math.random = own;
  }
}
