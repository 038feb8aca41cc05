import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node'];

/** Tests against TensorFlow and Keras of Python, which want a Python of their own: `nx peers-test tensorflow`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ['*.peer.ts'],
    fileParallelism: false, // the first one makes the Python
    execArgv: ['--conditions=@switchyard/source'],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    reporters: ['verbose'],
  },
});
