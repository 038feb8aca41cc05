import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an image is made of: a package with a program. */
export type Component = {
  /** Its folder in the workspace, such as `packages/rf-runtime`. */
  readonly root: string;
  /** What it is called as a program, and as an image: `switchyard/rf-runtime`. */
  readonly name: string;
  readonly packageName: string;
  readonly version: string;
  readonly license: string;
  /** The programs in the image: its own as `main`, and those of the components that it starts, by their names. */
  readonly entries: readonly Entry[];
  /** Ports that it listens on when nobody says otherwise. */
  readonly ports: readonly number[];
  /** Whether it, or what it starts, computes with TensorFlow, and so faster on an image that has the native library. */
  readonly native: boolean;
};

export type Entry = { readonly name: string; readonly packageName: string; readonly file: string };

type Manifest = {
  name: string;
  version: string;
  license: string;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  nx?: { tags?: string[] };
};

/** Those that serve, by what they are made with; a package that none of these are in listens on nothing. */
const ports: readonly (readonly [packageName: string, ports: readonly number[]])[] = [
  ['@switchyard/ab-router', [8000, 5001]], // as Seldon's engine
  ['@switchyard/server', [9000, 5000]], // as Seldon's microservices
];

/**
 * @param name as the folder is called, `rf-runtime`, or its path, `packages/rf-runtime`
 * @throws Error where there is no such package, or it has no program
 */
export function readComponent(workspace: string, name: string): Component {
  const roots = [name, `packages/${name}`, `apps/${name}`];
  const root = roots.find((root) => /^(packages|apps)\/[\w-]+$/.test(root) && existsSync(join(workspace, root, 'package.json')));
  if (root === undefined) throw new Error(`there is no package "${name}": none of ${roots.join(', ')} has a package.json`);
  const manifest = readManifest(workspace, root);
  const program = Object.keys(manifest.bin ?? {})[0];
  if (program === undefined) throw new Error(`${root}/package.json states no bin: a package without a program has no image`);
  const started = startedBy(workspace, manifest);
  const manifests = [manifest, ...started.map(({ name }) => readManifest(workspace, `packages/${name}`))];
  return {
    root,
    name: program,
    packageName: manifest.name,
    version: manifest.version,
    license: manifest.license,
    entries: [{ name: 'main', packageName: manifest.name, file: `${root}/src/main.ts` }, ...started],
    ports: ports.find(([served]) => served === manifest.name || manifest.dependencies?.[served] !== undefined)?.[1] ?? [],
    native: manifests.some(({ dependencies = {} }) => '@switchyard/tensorflow' in dependencies),
  };
}

/** An app starts components as processes, by the `main` that they export. */
function startedBy(workspace: string, { dependencies = {} }: Manifest): Entry[] {
  return Object.keys(dependencies)
    .filter((dependency) => dependency.startsWith('@switchyard/'))
    .map((packageName) => ({ packageName, name: packageName.slice('@switchyard/'.length) }))
    .filter(({ name }) => readManifest(workspace, `packages/${name}`).nx?.tags?.includes('type:component'))
    .map(({ name, packageName }) => ({ name, packageName, file: `packages/${name}/src/main.ts` }));
}

function readManifest(workspace: string, root: string): Manifest {
  return JSON.parse(readFileSync(join(workspace, root, 'package.json'), 'utf8')) as Manifest;
}
