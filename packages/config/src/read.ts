import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Settings, Values } from './setting.ts';

/** Where settings come from: a flag wins over a variable, a variable over a graph parameter, that over the default. */
export type Sources = { readonly argv?: readonly string[]; readonly env?: Readonly<Record<string, string | undefined>> };

/** A setting that cannot be used. Its message names each setting, its value and what it should be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads a component's settings.
 * @throws SettingsError for an unknown flag or a value that does not fit.
 */
export function readSettings<S extends Settings>(settings: S, sources: Sources = {}): Values<S> {
  const env = sources.env ?? process.env;
  const flags = readFlags(settings, sources.argv ?? process.argv.slice(2));
  const parameters = graphParameters(env['PREDICTIVE_UNIT_PARAMETERS']);
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, { schema, env: aliases, secret }] of Object.entries(settings)) {
    const found = [
      [`--${kebab(key)}`, flags[kebab(key)]],
      ...[variable(key), ...aliases].map((name) => [name, env[name] === '' ? undefined : env[name]]),
      [`parameter "${key}"`, parameters[key] ?? parameters[snake(key)]],
    ].find(([, value]) => value !== undefined);
    const parsed = schema.safeParse(found?.[1]);
    if (parsed.success) values[key] = parsed.data;
    else if (found === undefined) problems.push(`--${kebab(key)} (or ${variable(key)}) is missing`);
    else problems.push(`${found[0] as string}${secret ? '' : ` "${String(found[1])}"`}: ${reason(parsed.error)}`);
  }
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));
  return values as Values<S>;
}

function readFlags(settings: Settings, argv: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    Object.entries(settings).map(([key, each]) => [
      kebab(key),
      { type: isBoolean(each.schema) ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowNegative: true, strict: true }).values;
  } catch (error) {
    throw new SettingsError((error as Error).message, { cause: error });
  }
}

function isBoolean(schema: z.ZodType): boolean {
  return schema.safeParse(true).success && schema.safeParse(false).success && !schema.safeParse('a word').success;
}

/** Seldon gives the parameters of a graph's unit as a JSON list of {name, value, type}. */
function graphParameters(text: string | undefined): Record<string, string> {
  if (!text) return {};
  const list = z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }));
  try {
    return Object.fromEntries(list.parse(JSON.parse(text)).map(({ name, value }) => [name, String(value)]));
  } catch (error) {
    throw new SettingsError(`PREDICTIVE_UNIT_PARAMETERS is not a JSON list of {name, value, type}: ${text}`, { cause: error });
  }
}

function reason(error: z.ZodError): string {
  return error.issues.map((issue) => issue.message).join('; ');
}

export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const variable = (key: string): string => `SWITCHYARD_${snake(key).toUpperCase()}`;
