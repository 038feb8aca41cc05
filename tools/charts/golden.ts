import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Case } from './cases.ts';

export const root = join(import.meta.dirname, '../..');
export const goldenFile = ({ chart, name }: Case): string => join(import.meta.dirname, 'golden', `${chart}-${name}.yaml`);

/** What a chart renders to, as far as it is looked at here. */
export type Rendered = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
};

export const parseRendered = (text: string): Rendered[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Rendered | null)
    .filter((each) => each !== null);

export const readGolden = (which: Case): Rendered[] => parseRendered(readFileSync(goldenFile(which), 'utf8'));

/**
 * The digest of all that a rendering depends on: the files of the chart, linked ones by what they hold, and the values. It is the first
 * line of a golden; so one that is older than its chart is found without Helm.
 */
export function sourceDigest({ chart, values }: Case): string {
  const hash = createHash('sha256').update(JSON.stringify(values));
  for (const file of filesOf(join(root, 'charts', chart))) hash.update(`\0${file.path}\0`).update(readFileSync(file.absolute));
  return hash.digest('hex');
}

/** Notes and documentation are no part of what is rendered, and the CRD of no golden. */
const beside = new Set(['README.md', 'NOTES.txt', 'crd', 'crd.yaml']);

function filesOf(folder: string, prefix = ''): { path: string; absolute: string }[] {
  return readdirSync(folder)
    .toSorted()
    .filter((name) => !beside.has(name))
    .flatMap((name) => {
      const absolute = join(folder, name);
      const path = `${prefix}${name}`;
      return statSync(absolute).isDirectory() ? filesOf(absolute, `${path}/`) : [{ path, absolute }];
    });
}
