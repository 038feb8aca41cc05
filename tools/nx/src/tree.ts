import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A source file and the modules that it imports, as it writes them. */
export type Source = { readonly path: string; readonly lines: number; readonly imports: readonly string[]; readonly text: string };

/** A folder with a package.json, and its sources. */
export type Package = {
  readonly root: string;
  readonly name: string;
  readonly kind: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  readonly sources: readonly Source[];
};

/** What the rules of the rooms look at. */
export type Tree = { readonly packages: readonly Package[]; readonly rootDependencies: readonly string[] };

type Manifest = {
  name: string;
  nx?: { tags?: string[] };
  dependencies?: object;
  optionalDependencies?: object;
  peerDependencies?: object;
  devDependencies?: object;
};

export function readTree(workspace: string): Tree {
  const read = (path: string) => JSON.parse(readFileSync(join(workspace, path), 'utf8')) as Manifest;
  const packages = globSync('{packages,apps}/*/package.json', { cwd: workspace }).toSorted();
  return {
    packages: [...packages, 'tools/nx/package.json', 'tools/image/package.json', 'benchmarks/package.json'].map((manifest) =>
      readPackage(workspace, dirname(manifest), read(manifest)),
    ),
    rootDependencies: Object.keys(read('package.json').devDependencies ?? {}),
  };
}

function readPackage(workspace: string, root: string, manifest: Manifest): Package {
  const { name, nx, dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  return {
    root,
    name,
    kind: nx?.tags?.find((tag) => tag.startsWith('type:'))?.slice('type:'.length) ?? 'none',
    dependencies: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    devDependencies: Object.keys(devDependencies ?? {}),
    sources: globSync(`${root}/**/*.{ts,mjs}`, {
      cwd: workspace,
      exclude: ['**/node_modules', '**/dist', '**/generated', '**/files', '**/.cache'],
    })
      .toSorted()
      .map((path) => readSource(path, readFileSync(join(workspace, path), 'utf8'))),
  };
}

const statement = /^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;
const call = /\b(?:import|require|require\.resolve|import\.meta\.resolve)\(\s*['"]([^'"$]+)['"]/g;

/** @example readSource('a.ts', "import { b } from './b.ts';").imports // ['./b.ts'] */
export function readSource(path: string, text: string): Source {
  const code = text.replace(/^\s*(?:\*|\/\/).*$/gm, ''); // an example in a comment imports nothing
  const imports = [...code.matchAll(statement), ...code.matchAll(call)].map(([, first, second]) => (first ?? second)!);
  return { path, lines: text.split('\n').length - 1, imports, text };
}
