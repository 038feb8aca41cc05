import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A fenced block of shell lines. `run` in its info string (```sh run) says that a test runs it. */
export type Commands = { readonly line: number; readonly run: boolean; readonly text: string };

export type Document = {
  readonly path: string;
  readonly links: readonly { readonly line: number; readonly target: string }[];
  readonly anchors: readonly string[];
  readonly commands: readonly Commands[];
};

export function readDocument(path: string): Document {
  return parseDocument(path, readFileSync(path, 'utf8'));
}

export function parseDocument(path: string, text: string): Document {
  const links: { line: number; target: string }[] = [];
  const anchors: string[] = [];
  const commands: { line: number; run: boolean; text: string }[] = [];
  let fence: string | undefined; // the info string of the block that we are in
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trimStart().startsWith('```')) {
      fence = fence === undefined ? line.trim().slice(3) : undefined;
      if (fence !== undefined && /^(sh|bash)\b/.test(fence)) commands.push({ line: index + 1, run: / run\b/.test(fence), text: '' });
    } else if (fence !== undefined) {
      if (/^(sh|bash)\b/.test(fence)) commands.at(-1)!.text += `${line}\n`;
    } else {
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) anchors.push(slug(heading));
      for (const [, target] of line.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)[^)]*\)/g))
        links.push({ line: index + 1, target: target! });
    }
  }
  return { path, links, anchors, commands };
}

/** A heading's anchor, as the usual viewers of Markdown make it. */
function slug(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
}

/** Links that lead nowhere in this tree. Those to other places are not followed: a test must not need a network. */
export function brokenLinks(document: Document, root: string): string[] {
  return document.links.flatMap(({ line, target }) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? document.path : join(file.startsWith('/') ? root : dirname(document.path), file);
    const say = (why: string) => [`${relative(root, document.path)}:${line}: ${target}: ${why}`];
    if (!existsSync(path)) return say('there is no such file');
    if (anchor === undefined || !path.endsWith('.md')) return [];
    return readDocument(path).anchors.includes(anchor) ? [] : say('there is no such heading');
  });
}

/** What is built is there once it is built. */
const sourceOf = (path: string): string => path.replace(/\/dist\/(.+)\.js$/, '/src/$1.ts');

/** What shell blocks name that is not there: scripts of package.json, and files of the tree. */
export function staleCommands(document: Document, root: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  return document.commands.flatMap(({ line, text }) => {
    const say = (what: string) => `${relative(root, document.path)}:${line}: ${what}`;
    const unknown = [...text.matchAll(/\bnpm (?:run )?([a-z][\w-]*)/g)]
      .map(([, name]) => name!)
      .filter((name) => !(name in scripts) && !npm.has(name));
    const paths = [...text.matchAll(/(?<=^|\s)(?:packages|apps|examples|docs|tools|benchmarks|\.ci)\/[\w./-]+/gm)].map(([path]) => path);
    return [
      ...unknown.map((name) => say(`package.json has no script "${name}"`)),
      ...paths.filter((path) => !existsSync(join(root, sourceOf(path)))).map((path) => say(`there is no ${path}`)),
    ];
  });
}

const npm = new Set(['ci', 'install', 'run', 'exec']);
