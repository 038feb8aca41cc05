import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beside, optional } from './beside.ts';
import type { Component } from './component.ts';
import { banner, located } from './located.ts';
import { writeCode } from './write-code.ts';

/**
 * Joins what the compiler made of a component, and all that it imports, into a few files: `dist/main.js`, its threads, and a chunk for each
 * thing that is loaded only when needed. To find, read and link some hundred files takes longer than all else that a server does to start.
 * What the compiler made beside goes: nobody can import it.
 *
 * @throws Error naming the module of another package that asks where it is, since it would be told a wrong place
 */
export async function joinBuild(workspace: string, { root }: Component): Promise<void> {
  const dist = join(workspace, root, 'dist');
  const threads = beside.filter(({ module }) => module.startsWith(`${root}/`)).flatMap(({ entries = [] }) => entries);
  const entries = [`${root}/src/main.ts`, ...threads].map(compiled);
  const built = await build({
    absWorkingDir: workspace,
    outdir: dist,
    entryPoints: entries,
    outbase: `${root}/dist`,
    allowOverwrite: true,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    sourcemap: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: [...optional],
    banner: { js: banner },
    charset: 'ascii', // one byte a character, in memory too
    logLevel: 'warning',
    plugins: [located(workspace)],
  });
  const lost = beside.find(({ module }) => !module.startsWith(`${root}/`) && isIn(built.metafile, compiled(module)));
  if (lost)
    throw new Error(`${root}/dist: ${lost.module} asks where it is, and is joined into another package; leave ${root} as it is built`);
  const kept = [...writeCode(workspace, built), ...entries.map((entry) => entry.replace(/\.js$/, '.d.ts'))];
  for (const made of readdirSync(dist)) {
    const path = `${root}/dist/${made}`;
    if (!kept.some((file) => file === path || file.startsWith(`${path}/`))) rmSync(join(workspace, path), { recursive: true });
  }
}

const compiled = (module: string): string => module.replace('/src/', '/dist/').replace(/\.ts$/, '.js');

/** Whether anything of a module is left in what is written. */
function isIn({ outputs }: Metafile, module: string): boolean {
  return Object.values(outputs).some(({ inputs }) => (inputs[module]?.bytesInOutput ?? 0) > 0);
}
