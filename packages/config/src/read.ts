import type * as z from 'zod';
import { readFlags } from './flags.ts';
import { graphParameters } from './graph-parameters.ts';
import { flagName, plainName, variableName } from './names.ts';
import { SettingsError } from './settings-error.ts';
import type { Settings, Values } from './setting.ts';

/** Where settings come from; without them, the process's own. */
export type Sources = { readonly argv?: readonly string[]; readonly env?: Readonly<Record<string, string | undefined>> };

/**
 * Reads a component's settings. A flag wins over a variable, `SWITCHYARD_<NAME>` over other variables, these over a parameter of
 * the inference graph, and that over the default. An empty variable counts as absent; a graph parameter that is no setting is ignored,
 * for a graph may have parameters for others.
 *
 * @throws SettingsError with every problem at once: unknown flags, values that do not fit, what is missing.
 */
export function readSettings<S extends Settings>(settings: S, sources: Sources = {}): Values<S> {
  const env = sources.env ?? process.env;
  const flags = readFlags(settings, sources.argv ?? process.argv.slice(2));
  const parameters = graphParameters(env);
  const values: Record<string, unknown> = {};
  const problems = [...flags.problems];
  for (const [key, { schema, env: aliases, secret }] of Object.entries(settings)) {
    const flag = flagName(key);
    const places: [string, string | undefined][] = [
      [`--${flag}`, flags.values.get(flag)],
      ...[variableName(key), ...aliases].map((name): [string, string | undefined] => [name, env[name] || undefined]),
      [`the graph's parameter "${key}"`, parameters.get(plainName(key))],
    ];
    const found = places.find(([, text]) => text !== undefined);
    const parsed = schema.safeParse(found?.[1]);
    if (parsed.success) values[key] = parsed.data;
    else if (found) problems.push(`${found[0]}${secret ? '' : ` "${found[1]}"`}: ${reason(parsed.error)}`);
    else problems.push(`--${flag} (or the variable ${variableName(key)}) is missing`);
  }
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));
  return values as Values<S>;
}

function reason(error: z.ZodError): string {
  return error.issues.map((issue) => issue.message).join('; ');
}
