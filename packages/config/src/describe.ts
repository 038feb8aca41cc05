import { flagName, variableName } from './names.ts';
import { isBoolean, type Setting, type Settings, type Values } from './setting.ts';

const width = 80;

/** The text of `--help`: every setting with its flag, default, variables and what it trades; 80 columns wide. */
export function describeSettings(usage: string, settings: Settings): string {
  const head = usage.split('\n').map((line) => (line.length > width ? wrap(line.trim(), indentOf(line)) : line));
  const entries = Object.entries(settings).map(([key, each]) =>
    [
      `  --${isBoolean(each.schema) ? `[no-]${flagName(key)}` : `${flagName(key)} <value>`}`,
      wrap(each.help, '      '),
      wrap(`Default: ${standard(each)}. Variable: ${[variableName(key), ...each.env].join(', ')}.`, '      '),
    ].join('\n'),
  );
  return `${[head.join('\n'), ...entries].join('\n\n')}\n`;
}

/** All values as they are in force, for the first line of a log; of a secret only that it is set. */
export function redact<S extends Settings>(settings: S, values: Values<S>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, settings[key]?.secret && value !== undefined ? '(set)' : value]),
  );
}

function standard({ schema, secret }: Setting<unknown>): string {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return 'none, it must be given';
  if (absent.data === undefined) return 'none';
  if (secret) return '(set)';
  return typeof absent.data === 'string' || typeof absent.data === 'object' ? JSON.stringify(absent.data) : String(absent.data);
}

const indentOf = (line: string): string => /^ */.exec(line)![0];

/** Breaks between words; a word that is longer than a line stays whole, so that it can be copied. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, indent + line].join('\n');
}
