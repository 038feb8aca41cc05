import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { transformSync, type BuildResult, type Metafile } from 'esbuild';
import { rootOf } from './contents.ts';

/** What esbuild gives where it is not to write. */
export type Built = BuildResult<{ write: false; metafile: true }>;

/**
 * Writes what esbuild made with `chunkNames: '[name]-[hash]'` and `charset: 'ascii'`. A chunk is named by what it is loaded for, or, where it
 * is what others share, by the package that most of it is of: `chunk-protocol.js`.
 *
 * @returns paths of the files, in the workspace
 */
export function writeCode(workspace: string, { outputFiles, metafile }: Built): string[] {
  const names = chunkNames(metafile);
  const named = (text: string): string => text.replace(/[\w.-]+-[A-Z0-9]{8}(?=\.js\b)/g, (name) => names.get(name) ?? name);
  return outputFiles.map(({ path, text }) => {
    const file = named(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, file.endsWith('.js') ? oneByte(named(text)) : text);
    return relative(workspace, file);
  });
}

function chunkNames({ outputs }: Metafile): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const chunks = Object.entries(outputs).filter(([path]) => /-[A-Z0-9]{8}\.js$/.test(path));
  for (const [path, { entryPoint, inputs }] of chunks.toSorted(([, one], [, other]) => other.bytes - one.bytes)) {
    const made = basename(path, '.js');
    const name = `chunk-${entryPoint === undefined ? holderOf(inputs) : made.slice(0, -9)}`;
    let free = name;
    for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
    taken.add(free);
    names.set(made, free);
  }
  return names;
}

/** The package that most is of. Without any, it is what esbuild itself brings. */
function holderOf(inputs: Metafile['outputs'][string]['inputs']): string {
  const bytes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = basename(rootOf(path));
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytes].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? 'helpers';
}

/**
 * V8 keeps the text of a module, and has two bytes for each character of it where one is beyond Latin. esbuild writes such characters of code
 * as escapes, and leaves them in comments.
 */
function oneByte(text: string): string {
  const ascii = text.replace(/[^\0-\x7f]/g, '?');
  return ascii === text || withoutComments(ascii) === withoutComments(text) ? ascii : text;
}

const withoutComments = (text: string): string => transformSync(text, { minifyWhitespace: true, legalComments: 'none' }).code;
