import { kebab, variable } from './read.ts';
import type { Settings, Values } from './setting.ts';

/** The text of `--help`: every setting with its flag, variables, default and what it trades; 80 columns wide. */
export function describeSettings(usage: string, settings: Settings): string {
  const entries = Object.entries(settings).map(([key, { schema, help, env }]) => {
    const standard = schema.safeParse(undefined);
    const value = standard.success ? (standard.data === undefined ? 'none' : JSON.stringify(standard.data)) : 'required';
    return `  --${kebab(key)}\n${wrap(help)}\n${wrap(`Default: ${value}. Variable: ${[variable(key), ...env].join(', ')}.`)}`;
  });
  return `${usage}\n\n${entries.join('\n\n')}\n`;
}

/** All values as they are in force, for the first line of a log; secrets only as set or not. */
export function redact<S extends Settings>(settings: S, values: Values<S>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, settings[key]?.secret && value !== undefined ? '(set)' : value]),
  );
}

function wrap(text: string, width = 80, indent = '      '): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length > indent.length && line.length + word.length >= width) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line].join('\n');
}
