import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { beside, optional } from './beside.ts';
import type { Component } from './component.ts';
import { banner, located } from './located.ts';
import { notices } from './notices.ts';
import { contents, type Content } from './contents.ts';
import { sbom } from './sbom.ts';
import { settleTimes } from './settle-times.ts';
import { writeCode, type Built } from './write-code.ts';

export type Bundle = { readonly contents: readonly Content[]; readonly metafile: Metafile; readonly sbom: string };

/**
 * Writes everything that a component needs beside Node into a folder: its code and that of its dependencies in a few files, what these
 * open at run time, licences, and a bill of materials. `node <folder>/main.js` runs it, wherever the folder is. The same sources give the
 * same bytes.
 *
 * @param folder is emptied first
 */
export async function bundle(workspace: string, component: Component, folder: string): Promise<Bundle> {
  rmSync(folder, { recursive: true, force: true });
  const metafile = await compile(workspace, component, folder);
  const used = beside.filter(({ module }) => isUsed(metafile, module));
  const files = filesOf(
    workspace,
    used.flatMap(({ files = [] }) => files),
  );
  const packed = filesOf(
    workspace,
    used.flatMap(({ packed = [] }) => packed),
  );
  const read = (file: string): Buffer => readFileSync(join(workspace, file));
  const write = (file: string, data: string | Buffer): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), data);
  };
  for (const file of files) write(file, read(file));
  for (const file of packed) write(`${file}.gz`, gzipSync(read(file)));
  for (const { name, packageName } of component.entries.slice(1)) {
    const root = `node_modules/${packageName}`;
    write(`${root}/package.json`, json({ name: packageName, type: 'module', exports: { './main': './main.js' } }));
    write(`${root}/main.js`, `import '../../../${name}.js';\n`);
  }
  const found = contents(workspace, metafile, [...files, ...packed]);
  const bill = sbom(component, found);
  write('package.json', json({ name: component.packageName, version: component.version, type: 'module' }));
  write('sbom.json', bill);
  write('THIRD-PARTY-NOTICES.txt', notices(workspace, found));
  write('LICENSE', read('LICENSE'));
  settleTimes(folder);
  return { contents: found, metafile, sbom: bill };
}

/** All code goes to the top of the folder. A thread is a module of its own, and at its own place is one that imports it. */
async function compile(workspace: string, component: Component, folder: string): Promise<Metafile> {
  const entries = Object.fromEntries(component.entries.map(({ name, file }) => [name, file]));
  const first = await esbuild(workspace, folder, entries);
  const threads = beside.filter(({ module }) => isUsed(first.metafile, module)).flatMap(({ entries = [] }) => entries);
  const threadName = (file: string): string => file.replace(/\.ts$/, '').replaceAll('/', '-'); // two may have the same name
  for (const file of threads) entries[threadName(file)] = file;
  const built = threads.length === 0 ? first : await esbuild(workspace, folder, entries); // chunks are parted anew
  writeCode(workspace, built);
  for (const file of threads) {
    const stub = file.replace(/\.ts$/, '.js');
    mkdirSync(dirname(join(folder, stub)), { recursive: true });
    writeFileSync(join(folder, stub), `import '${'../'.repeat(stub.split('/').length - 1)}${threadName(file)}.js';\n`);
  }
  return built.metafile;
}

function esbuild(workspace: string, outdir: string, entryPoints: Record<string, string>): Promise<Built> {
  return build({
    absWorkingDir: workspace,
    outdir,
    entryPoints,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true, // what is imported when needed is loaded when needed
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['@switchyard/source'],
    external: [...optional],
    banner: { js: banner },
    chunkNames: '[name]-[hash]',
    charset: 'ascii',
    legalComments: 'none', // licences are in THIRD-PARTY-NOTICES.txt, whole
    logLevel: 'warning',
    plugins: [located(workspace)],
  });
}

/** Whether anything of a module is left in what is written. */
function isUsed({ outputs }: Metafile, module: string): boolean {
  return Object.values(outputs).some(({ inputs }) => (inputs[module]?.bytesInOutput ?? 0) > 0);
}

function filesOf(workspace: string, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const found = globSync(pattern, { cwd: workspace }).toSorted();
    if (found.length === 0) throw new Error(`${pattern}: there is no such file to put into the bundle; is everything installed?`);
    return found;
  });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
