import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, isOurs, type Content } from './contents.ts';

/** The licences of all that others wrote in a bundle, with the texts that their packages ship: most licences ask that these go along. */
export function notices(workspace: string, contents: readonly Content[]): string {
  const others = contents.filter((content) => !isOurs(content));
  return [
    'This image has software of others in it, under these licences.',
    ...others.map((content) => [`${idOf(content)}, ${content.license}`, ...texts(join(workspace, content.root))].join('\n\n')),
  ].join(`\n\n${'-'.repeat(80)}\n\n`);
}

function texts(folder: string): string[] {
  const names = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
    .toSorted();
  const found = names.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  return found.length > 0 ? found : ['Its package has no text of the licence.', ...author(folder)];
}

function author(folder: string): string[] {
  const file = join(folder, 'package.json');
  const { author } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { author?: string | { name?: string } };
  const name = typeof author === 'string' ? author : author?.name;
  return name ? [`Its author is ${name}.`] : [];
}
