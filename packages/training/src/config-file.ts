import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { flagName, UserError, type Settings } from '@switchyard/config';

const flag = '--config';

/**
 * A command line with the settings of its `--config FILE` as flags in front, so that flags given by hand win over the file. The file is
 * YAML: a setting a line, named as in the code or as its flag; lists become values with commas between.
 *
 *     withConfigFile(settings, ['--config', 'mlp.yaml', '--steps', '10'])   // mlp.yaml: "batchSize: 64"
 *     // ['--batch-size=64', '--steps', '10']
 *
 * @throws UserError naming the file, the line and what is wrong with it: no YAML, a setting that is not there, a value that does not fit.
 */
export function withConfigFile(settings: Settings, argv: readonly string[]): string[] {
  const rest: string[] = [];
  const given: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word !== flag && !word.startsWith(`${flag}=`)) rest.push(word);
    else {
      const file = word === flag ? argv[++at] : word.slice(flag.length + 1);
      if (!file) throw new UserError(`${flag} needs a value: the YAML file of settings`);
      given.push(...fileFlags(settings, file));
    }
  }
  return [...given, ...rest];
}

/**
 * The same for the process's own command line. Where the file is not as it should be, says why, sets exit code 2 and answers false.
 */
export function takeConfigFile(settings: Settings): boolean {
  try {
    process.argv.splice(2, Infinity, ...withConfigFile(settings, process.argv.slice(2)));
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return false;
  }
}

function fileFlags(settings: Settings, file: string): string[] {
  const entries = readEntries(file);
  const known = new Map(Object.keys(settings).flatMap((key) => [key, flagName(key)].map((name) => [name, key] as const)));
  const problems: string[] = [];
  const flags = entries.flatMap(({ name, value, line }) => {
    const key = known.get(name);
    const setting = key === undefined ? undefined : settings[key];
    if (key === undefined || !setting || name === 'config') {
      problems.push(`${file}: line ${line}: there is no setting "${name}"; --help lists them all`);
      return [];
    }
    const text = textOf(value);
    const parsed = text === undefined ? undefined : setting.schema.safeParse(text);
    if (parsed?.success) return [`--${flagName(key)}=${text}`];
    const why = parsed ? parsed.error.issues.map((issue) => issue.message).join('; ') : 'a word, a number, true, false or a list of these';
    problems.push(`${file}: line ${line}: ${name} ${JSON.stringify(value)}: ${why}`);
    return [];
  });
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  return flags;
}

type Entry = { readonly name: string; readonly value: unknown; readonly line: number };

function readEntries(file: string): Entry[] {
  const text = readText(file);
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) throw new UserError(`${file}: not YAML: ${error.message.split('\n', 1)[0]?.replace(/:$/, '')}`);
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  if (content === null) return [];
  if (typeof content !== 'object' || Array.isArray(content)) throw new UserError(`${file}: not a map of settings, such as "batchSize: 64"`);
  const lineOf = (name: string): number => text.split('\n').findIndex((line) => line.replace(/^["']?/, '').startsWith(name)) + 1;
  return Object.entries(content).map(([name, value]) => ({ name, value, line: lineOf(name) }));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${flag} ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`, { cause: error });
  }
}

/** A value as a flag has it. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const parts = value.map(textOf);
    return parts.includes(undefined) ? undefined : parts.join(',');
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
