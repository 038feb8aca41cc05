import { defineConfig } from 'vitest/config';

/** Tests that need a Docker engine, which `npm test` does without: `nx image-test image`. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['src/**/*.docker.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
