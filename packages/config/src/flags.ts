import { flagName } from './names.ts';
import { isBoolean, type Settings } from './setting.ts';

/** What a command line says: the text of each flag by its name without dashes, and what is wrong with the rest. */
export type Flags = { readonly values: ReadonlyMap<string, string>; readonly problems: readonly string[] };

/**
 * Reads `--name value`, `--name=value`, `--switch` and `--no-switch`; of a flag given twice the last counts.
 * A value may start with a dash where it is a number (`--offset -1`) or follows a `=`; else it is taken for the next flag.
 */
export function readFlags(settings: Settings, argv: readonly string[]): Flags {
  const kinds = new Map(Object.entries(settings).map(([key, { schema }]) => [flagName(key), isBoolean(schema) ? 'switch' : 'value']));
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const [, name, given] = /^--([^=]+)(?:=(.*))?$/s.exec(argv[at]!) ?? [];
    if (name === undefined) {
      problems.push(`"${argv[at]}" is not a flag; settings are given as --name value`);
      continue;
    }
    const next = argv[at + 1];
    if (given !== undefined && kinds.has(name)) values.set(name, given);
    else if (kinds.get(name) === 'switch') values.set(name, 'true');
    else if (kinds.get(name) === 'value') {
      if (next === undefined || /^-(?!\.?\d)/.test(next)) problems.push(`--${name} needs a value`);
      else values.set(name, argv[++at]!);
    } else if (given === undefined && name.startsWith('no-') && kinds.get(name.slice(3)) === 'switch') values.set(name.slice(3), 'false');
    else {
      problems.push(`there is no flag --${name}${suggestion(name, [...kinds.keys()])}; --help lists them all`);
      if (given === undefined && next !== undefined && !next.startsWith('-')) at++; // its value, most likely: one mistake, one message
    }
  }
  return { values, problems };
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = known.map((each) => ({ each, distance: editDistance(name, each) })).toSorted((a, b) => a.distance - b.distance)[0];
  return nearest && nearest.distance <= 2 ? `; did you mean --${nearest.each}?` : '';
}

/** Levenshtein's: how many letters must be put in, taken out or changed to get from one word to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
  }
  return row[b.length]!;
}
