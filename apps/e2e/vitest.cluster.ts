import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node'];

/** The whole story on a real cluster, the one of KUBECONFIG: `nx e2e-cluster e2e`. Its chapters build on one another: the first that fails ends it. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: '@switchyard/e2e on a cluster',
    root: import.meta.dirname,
    include: ['src/**/*.cluster.ts'],
    execArgv: ['--conditions=@switchyard/source'],
    bail: 1,
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
