import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node']; // workspace packages resolve to their sources: no build before a test

/** One project a workspace package, named as Nx names it. */
const projects = globSync(['packages/*/package.json', 'apps/*/package.json', 'tools/*/package.json']).map((manifest) => ({
  extends: true as const,
  test: { name: JSON.parse(readFileSync(manifest, 'utf8')).name as string, root: dirname(manifest) },
}));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects,
    execArgv: ['--conditions=@switchyard/source'], // child processes and workers of a test resolve alike
    include: ['src/**/*.test.ts'],
    exclude: ['**/files/**', '**/dist/**', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
