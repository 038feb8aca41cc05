import { inspect } from 'node:util';
import { describeSettings } from './describe.ts';
import { readSettings } from './read.ts';
import type { Settings, Values } from './setting.ts';
import { SettingsError } from './settings-error.ts';

/** An error that is the user's to mend: shown as its message alone, without a stack. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/**
 * Runs a component's main: reads its settings, shows `--help`, and turns errors into words and exit codes:
 * 0 done, 1 failed, 2 called wrongly. Errors of classes in `known` are shown as their message alone; others, which nobody
 * foresaw, with stack and cause.
 */
export async function runComponent<S extends Settings>(
  usage: string,
  settings: S,
  main: (values: Values<S>) => Promise<void>,
  known: readonly (new (...args: never[]) => Error)[] = [],
): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(describeSettings(usage, settings));
    return;
  }
  try {
    await main(readSettings(settings));
  } catch (error) {
    const foreseen = error instanceof Error && [SettingsError, UserError, ...known].some((type) => error instanceof type);
    process.stderr.write(`${foreseen ? error.message : inspect(error)}\n`);
    process.exitCode = error instanceof SettingsError ? 2 : 1;
  }
}
