import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package that a bundle has code or files of. */
export type Content = {
  /** Where it is in the workspace: `node_modules/zod`, `packages/server`. */
  readonly root: string;
  readonly name: string;
  readonly version: string;
  /** As its package.json says: an SPDX expression. */
  readonly license: string;
  /** That it was published so: `sha512-…`. Ours have none. */
  readonly integrity: string | undefined;
  /** Names of what it depends on, in production. */
  readonly dependencies: readonly string[];
};

type Manifest = {
  name: string;
  version: string;
  license?: string | { type: string };
  licenses?: readonly { type: string }[]; // as npm had it once
  dependencies?: object;
  optionalDependencies?: object;
  peerDependencies?: object;
};

type Lock = { packages: Record<string, { integrity?: string; license?: string }> };

/** The packages whose code is in what esbuild wrote, and those of `files` beside it; in the order of their names. */
export function contents(workspace: string, { outputs }: Metafile, files: readonly string[]): Content[] {
  const inputs = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  const roots = new Set([...inputs, ...files.filter((file) => !file.startsWith('examples/'))].map(rootOf));
  const lock = JSON.parse(readFileSync(join(workspace, 'package-lock.json'), 'utf8')) as Lock;
  return [...roots].map((root) => read(workspace, root, lock)).toSorted((a, b) => compare(idOf(a), idOf(b)));
}

/** `node_modules/a/node_modules/@b/c/d.js` → `node_modules/a/node_modules/@b/c`; `packages/a/src/b.ts` → `packages/a` */
export function rootOf(path: string): string {
  const root = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)|^(?:packages|apps)\/[^/]+(?=\/)/.exec(path)?.[0];
  if (root === undefined) throw new Error(`${path} is of no package`);
  return root;
}

export const idOf = ({ name, version }: Pick<Content, 'name' | 'version'>): string => `${name}@${version}`;
export const isOurs = ({ root }: Content): boolean => !root.includes('node_modules/');

function read(workspace: string, root: string, { packages }: Lock): Content {
  const manifest = JSON.parse(readFileSync(join(workspace, root, 'package.json'), 'utf8')) as Manifest;
  const license = licenseOf(manifest);
  if (!license) throw new Error(`${root}/package.json states no license: it cannot go into an image`);
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return {
    root,
    license,
    name: manifest.name,
    version: manifest.version,
    integrity: packages[root]?.integrity,
    dependencies: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).toSorted(compare),
  };
}

function licenseOf({ license, licenses }: Manifest): string | undefined {
  if (typeof license === 'object') return license.type;
  return license ?? licenses?.map(({ type }) => type).join(' OR ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0; // not by locale: the order is part of what is written
}
