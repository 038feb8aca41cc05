import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node'];

/** Tests on a real cluster, the one of KUBECONFIG: `nx e2e-cluster deployer`. Each file has a namespace of its own, which it takes away. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: '@switchyard/deployer on a cluster',
    root: import.meta.dirname,
    include: ['src/**/*.cluster.ts'],
    execArgv: ['--conditions=@switchyard/source'],
    maxWorkers: 3, // they wait most of the time: for pods, for patience, for drains
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
});
