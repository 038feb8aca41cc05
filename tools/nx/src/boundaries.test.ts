import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { violations } from './boundaries.ts';
import { readSource, readTree, type Package, type Tree } from './tree.ts';

it('holds of this tree', () => {
  const tree = readTree(join(import.meta.dirname, '../../..'));
  expect(tree.packages.length).toBeGreaterThan(15);
  expect(tree.packages.flatMap(({ sources }) => sources).length).toBeGreaterThan(100);
  expect(violations(tree)).toEqual([]);
});

type Part = Partial<Package> & { files?: Record<string, string> };

function room(root: string, kind: string, { files = {}, ...rest }: Part = {}): Package {
  const sources = Object.entries(files).map(([path, text]) => readSource(`${root}/src/${path}`, text));
  return { root, kind, name: `@switchyard/${root.replace(/^.*\//, '')}`, dependencies: [], devDependencies: [], sources, ...rest };
}

const call = (name: string, specifier: string) => `${name}('${specifier}');\n`; // this file is read by the rules as well
const tree = (...packages: Package[]): Tree => ({ packages, rootDependencies: ['vitest'] });
const protocol = room('packages/protocol', 'library');
const server = room('packages/server', 'library', {
  dependencies: ['@switchyard/protocol'],
  files: { 'a.ts': "import { x } from '@switchyard/protocol';\n" },
});
const runtime = room('packages/rf-runtime', 'component', {
  dependencies: ['@switchyard/server'],
  files: { 'main.ts': "import { x } from '@switchyard/server';\n" },
});
const cli = room('apps/cli', 'app', {
  dependencies: ['@switchyard/rf-runtime'],
  files: { 'a.ts': `import.meta.${call('resolve', '@switchyard/rf-runtime/main')}` },
});

it('lets a tree pass that keeps the rules', () => {
  expect(violations(tree(protocol, server, runtime, cli))).toEqual([]);
});

it('takes types for used where their package is', () => {
  const files = { 'a.ts': "import b from 'b';\nimport d from '@c/d';\n" };
  const devDependencies = ['@types/b', '@types/c__d', '@types/e'];
  expect(violations(tree(room('packages/a', 'library', { dependencies: ['b', '@c/d'], devDependencies, files })))).toEqual([
    'packages/a/package.json declares @types/e, which nothing imports',
  ]);
});

describe('a planted violation is found:', () => {
  const planted: [string, Tree, RegExp][] = [
    [
      'an app that reads the insides of a component',
      tree(
        runtime,
        room('apps/cli', 'app', { dependencies: [runtime.name], files: { 'a.ts': "import { m } from '@switchyard/rf-runtime';\n" } }),
        server,
        protocol,
      ),
      /apps\/cli\/src\/a\.ts imports @switchyard\/rf-runtime: a app depends on libraries/,
    ],
    [
      'a component that depends on another',
      tree(
        runtime,
        server,
        protocol,
        room('packages/ab-router', 'component', {
          dependencies: [runtime.name],
          files: { 'a.ts': "import '@switchyard/rf-runtime/main';\n" },
        }),
      ),
      /a component depends on libraries/,
    ],
    [
      'a library that depends on a component',
      tree(
        runtime,
        server,
        protocol,
        room('packages/artifact', 'library', {
          dependencies: [runtime.name],
          files: { 'a.ts': "export * from '@switchyard/rf-runtime/main';\n" },
        }),
      ),
      /a library depends on libraries/,
    ],
    [
      'a library imported by another door than its index',
      tree(
        protocol,
        room('packages/server', 'library', {
          dependencies: [protocol.name],
          files: { 'a.ts': "import { x } from '@switchyard/protocol/src/x.ts';\n" },
        }),
      ),
      /by its public index/,
    ],
    [
      'a relative import that leaves the package',
      tree(room('packages/server', 'library', { files: { 'a.ts': "import {\n  x,\n} from '../../protocol/src/x.ts';\n" } })),
      /imports \.\.\/\.\.\/protocol\/src\/x\.ts: another package is imported by its name/,
    ],
    [
      'protocol importing something of ours',
      tree(
        room('packages/artifact', 'library'),
        room('packages/protocol', 'library', {
          dependencies: ['@switchyard/artifact'],
          files: { 'a.ts': "import { x } from '@switchyard/artifact';\n" },
        }),
      ),
      /@switchyard\/protocol imports nothing of ours/,
    ],
    [
      'an import that is not declared',
      tree(
        room('packages/dataset', 'library', {
          devDependencies: ['fflate'],
          files: { 'a.ts': `const { unzip } = await ${call('import', 'fflate')}` },
        }),
      ),
      /imports fflate: packages\/dataset\/package\.json does not declare it/,
    ],
    [
      'a test whose import nobody declares',
      tree(room('packages/dataset', 'library', { files: { 'a.test.ts': "import fc from 'fast-check';\n" } })),
      /nor the root declares it/,
    ],
    [
      'a dependency that nothing imports',
      tree(room('packages/dataset', 'library', { dependencies: ['fflate'] })),
      /declares fflate, which no source imports/,
    ],
    [
      'a dependency that only a test imports',
      tree(room('packages/dataset', 'library', { dependencies: ['fflate'], files: { 'a.test.ts': "import { zip } from 'fflate';\n" } })),
      /declares fflate, which no source imports/,
    ],
    [
      'a forest that reads files',
      tree(room('packages/forest', 'library', { files: { 'a.ts': "import { readFileSync } from 'node:fs';\n" } })),
      /@switchyard\/forest is pure computation/,
    ],
    [
      'an experiment with threads',
      tree(room('packages/experiment', 'library', { files: { 'a.ts': "import { Worker } from 'node:worker_threads';\n" } })),
      /is pure computation/,
    ],
    [
      'a runtime that knows HTTP',
      tree(room('packages/rf-runtime', 'component', { files: { 'a.ts': "import { createServer } from 'node:http';\n" } })),
      /HTTP and gRPC are known only to/,
    ],
    [
      'a server that knows Kubernetes',
      tree(
        room('packages/server', 'library', {
          dependencies: ['@kubernetes/client-node'],
          files: { 'a.ts': "import { KubeConfig } from '@kubernetes/client-node';\n" },
        }),
      ),
      /Kubernetes and Docker are known only to/,
    ],
    [
      'a cycle of dependencies',
      tree(
        room('packages/a', 'library', { devDependencies: ['@switchyard/b'] }),
        room('packages/b', 'library', { dependencies: ['@switchyard/a'] }),
      ),
      /a cycle: @switchyard\/a → @switchyard\/b → @switchyard\/a/,
    ],
    ['a package without a kind', tree(room('packages/a', 'none')), /packages\/a\/package\.json: its nx tag/],
    [
      'a file that is too long',
      tree(room('packages/a', 'library', { files: { 'a.ts': '//\n'.repeat(301) } })),
      /packages\/a\/src\/a\.ts has 301 lines/,
    ],
  ];

  it.each(planted)('%s', (_name, tree, message) => {
    expect(violations(tree)).toContainEqual(expect.stringMatching(message));
  });
});

it('reads the imports of a source, not those of its comments', () => {
  const source = readSource(
    'a.ts',
    "// import a from 'a';\n/**\n * import b from 'b';\n */\nimport type { C } from 'c';\nimport 'd';\nexport {\n  e,\n} from './e.ts';\n" +
      call('import', 'f'),
  );
  expect(source.imports.toSorted()).toEqual(['./e.ts', 'c', 'd', 'f']);
});
