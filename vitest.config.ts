import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'node']; // workspace packages resolve to their sources: no build before a test

/** Packages without I/O, whose tests change nothing of their process: all files run in one, for half of the CPU or less. */
const pure = ['packages/protocol', 'packages/deployment', 'packages/experiment'];

/** One project a workspace package, named as Nx names it. */
const packages = globSync(['packages/*/package.json', 'apps/*/package.json']).map((manifest) => {
  const [root, { name }] = [dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }];
  return { extends: true as const, test: { name, root, include: ['src/**/*.test.ts'], isolate: !pure.includes(root) } };
});

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
    testTimeout: 300_000, // for what hangs: a machine may be many times slower than another, and beside other work
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } }, // which ends when it has what it waits for
  },
});
