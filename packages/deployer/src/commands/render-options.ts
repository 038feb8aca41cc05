import { readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { parse } from 'yaml';
import { renderOptions, type RenderOptions } from '../render/options.ts';

export type RenderFlags = {
  /** A YAML file of render options. */
  readonly values?: string;
  /** `gateway.name=public`, over what the file says. */
  readonly set?: readonly string[];
  readonly registry?: string;
  readonly tag?: string;
  readonly routes?: string;
};

type Tree = { [key: string]: unknown };

/** Puts the options of rendering together: defaults, then the file, then flags. */
export function readRenderOptions({ values, set = [], ...flags }: RenderFlags): RenderOptions {
  const tree: Tree = values === undefined ? {} : readValues(values);
  for (const [key, value] of Object.entries(flags)) if (value !== undefined) tree[key] = value;
  for (const assignment of set) assign(tree, assignment);
  const parsed = renderOptions.safeParse(tree);
  if (parsed.success) return parsed.data;
  throw new UserError(
    `options of rendering:\n${parsed.error.issues.map((each) => `  ${each.path.join('.')}: ${each.message}`).join('\n')}`,
  );
}

function readValues(file: string): Tree {
  let values: unknown;
  try {
    values = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
  }
  if (values === null) return {};
  if (typeof values !== 'object' || Array.isArray(values)) throw new UserError(`${file} is no YAML object`);
  return values as Tree;
}

/** Sets `a.b=value`; the value is YAML, so `8` is a number and `[a, b]` a list. */
function assign(tree: Tree, assignment: string): void {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (path === undefined || text === undefined) throw new UserError(`--set ${assignment}: name=value is expected`);
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = tree;
  for (const key of keys) {
    const next = at[key];
    at = at[key] = typeof next === 'object' && next !== null && !Array.isArray(next) ? { ...next } : {};
  }
  try {
    at[last] = parse(text);
  } catch (error) {
    throw new UserError(`--set ${assignment}: ${(error as Error).message}`);
  }
}
