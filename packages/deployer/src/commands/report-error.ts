import { inspect } from 'node:util';
import { ArtifactError } from '@switchyard/artifact';
import { SettingsError, UserError } from '@switchyard/config';
import { DeploymentError, UnresolvedUnitError } from '@switchyard/deployment';
import { CommanderError } from 'commander';
import { RolloutError } from './rollout-error.ts';

const known = [ArtifactError, UserError, DeploymentError, UnresolvedUnitError, SettingsError];

/**
 * Says what went wrong: an error that a user can mend in its own words, any other with its stack, since it is ours.
 * @returns the exit code: 1 failed, 2 called wrongly.
 */
export function reportError(error: unknown, json = false): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said what was wrong
  const expected = known.some((type) => error instanceof type);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ event: 'error', message: (error as Error).message, ...(error instanceof RolloutError && { problems: error.problems }) })}\n`,
    );
  if (!json || !expected) process.stderr.write(`${expected ? `error: ${(error as Error).message}` : inspect(error)}\n`);
  return error instanceof SettingsError ? 2 : 1;
}
