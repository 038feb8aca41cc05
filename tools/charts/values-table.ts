import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parseDocument, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { root } from './golden.ts';

/** A value of a chart: where it is, what it is unless given, and what its comment says. */
export type Value = { readonly path: string; readonly initial: string; readonly says: string };

/** All values of a chart's values.yaml that a user sets: those with a comment that begins with `--`, and all that have no fields of their own. */
export function readValues(chart: string): Value[] {
  const document = parseDocument(readFileSync(join(root, 'charts', chart, 'values.yaml'), 'utf8'));
  return valuesOf(document.contents as YAMLMap<Scalar, Node>, '', document.commentBefore ?? undefined);
}

type Node = YAMLMap<Scalar, Node> | Scalar;

function valuesOf(map: YAMLMap<Scalar, Node>, prefix: string, first?: string): Value[] {
  return map.items.flatMap((pair: Pair<Scalar, Node>, at) => {
    const path = `${prefix}${String(pair.key.value)}`;
    const comment = pair.key.commentBefore ?? (at === 0 ? (first ?? map.commentBefore) : undefined) ?? '';
    const says =
      /(?:^|\n) *-- (.*)$/s
        .exec(comment)?.[1]
        ?.replaceAll(/\s*\n\s*/g, ' ')
        .trim() ?? '';
    const { value } = pair;
    if (says === '' && isMap(value) && value.items.length > 0) return valuesOf(value as YAMLMap<Scalar, Node>, `${path}.`);
    return [{ path, initial: JSON.stringify((value as { toJSON(): unknown } | null)?.toJSON() ?? null), says }];
  });
}

/** The table of values in a chart's README, between its two marks. */
export function valuesTable(chart: string): string {
  const rows = readValues(chart).map(({ path, initial, says }) => `| \`${path}\` | \`${initial}\` | ${says.replaceAll('|', '\\|')} |`);
  return ['| value | default | |', '| --- | --- | --- |', ...rows].join('\n');
}

const marks = /(<!-- values -->\n)[^]*(\n<!-- \/values -->)/;

export const readmeOf = (chart: string): string => readFileSync(join(root, 'charts', chart, 'README.md'), 'utf8');
export const withTable = (chart: string): string =>
  readmeOf(chart).replace(marks, (_, from: string, to: string) => `${from}${valuesTable(chart)}${to}`);
export const writeReadme = (chart: string): void => writeFileSync(join(root, 'charts', chart, 'README.md'), withTable(chart));
