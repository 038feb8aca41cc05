import { join } from 'node:path';
import { generateFiles, installPackagesTask, type GeneratorCallback, type Tree } from '@nx/devkit';

type Options = { readonly name: string; readonly skipInstall?: boolean };

/**
 * Makes packages/NAME, a runtime that is complete: it serves a linear model written as JSON, a format small enough to be read at a
 * glance, and passes the conformance suite. Whoever calls it replaces the format and the arithmetic.
 */
export default function runtime(tree: Tree, { name, skipInstall = false }: Options): GeneratorCallback {
  const root = `packages/${name}`;
  if (tree.exists(root)) throw new Error(`${root} is there already`);
  const format = `${name.replace(/-runtime$/, '')}-json`;
  generateFiles(tree, join(import.meta.dirname, 'files'), root, { name, format, tmpl: '' });
  return () => {
    if (!skipInstall) installPackagesTask(tree, true); // links the package, and adds it to package-lock.json
  };
}
