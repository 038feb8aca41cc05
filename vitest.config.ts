import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node']; // workspace packages resolve to their sources: no build before a test

/** One project a workspace package, named as Nx names it. */
const packages = globSync(['packages/*/package.json', 'apps/*/package.json']).map((manifest) => ({
  extends: true as const,
  test: { name: JSON.parse(readFileSync(manifest, 'utf8')).name as string, root: dirname(manifest), include: ['src/**/*.test.ts'] },
}));

/** And one for all tools, the rules of the tree among them, and one for what benchmarks share. */
const others = [
  { extends: true as const, test: { name: '@switchyard/nx', root: 'tools', include: ['**/*.test.ts'] } },
  { extends: true as const, test: { name: '@switchyard/benchmarks', root: 'benchmarks', include: ['**/*.test.ts'] } },
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [...packages, ...others],
    execArgv: ['--conditions=@switchyard/source'], // child processes and workers of a test resolve alike
    exclude: ['**/files/**', '**/dist/**', '**/node_modules/**', '**/.cache/**'],
    maxWorkers: Math.max(2, availableParallelism() - 1), // many tests wait for processes and sockets
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
