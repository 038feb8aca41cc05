import * as z from 'zod';
import { plainName } from './names.ts';
import { SettingsError } from './settings-error.ts';

const variable = 'PREDICTIVE_UNIT_PARAMETERS';
const schema = z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }));

/**
 * The parameters of a graph's unit, as Seldon Core hands them to its container: a JSON list of `{name, value, type}`.
 * Gives each value's text by its plain name. The stated type is not needed: the setting knows its own.
 *
 * @throws SettingsError, without the values: some may be secret.
 */
export function graphParameters(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const text = env[variable];
  if (!text) return new Map();
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw new SettingsError(`${variable} is not a JSON list of {"name", "value", "type"}`);
  return new Map(parsed.data.map(({ name, value }) => [plainName(name), String(value)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
