import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node'];

/** Clients from other ecosystems, as their packages have them, against the real runtime and router: `nx clients-test e2e`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: '@switchyard/e2e with real clients',
    root: import.meta.dirname,
    include: ['src/clients-test/*.clients.ts'],
    execArgv: ['--conditions=@switchyard/source'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 600_000, // the first time, packages are installed
  },
});
