import { ArtifactError } from '@switchyard/artifact';
import { SettingsError, UserError } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { DeploymentError, UnresolvedUnitError } from '@switchyard/deployment';
import { InferenceError } from '@switchyard/protocol';
import { CommanderError } from 'commander';
import { StartError } from './supervise/supervisor.ts';

const known = [UserError, ArtifactError, DatasetError, DeploymentError, UnresolvedUnitError, InferenceError, StartError, SettingsError];

/**
 * Says what went wrong: an error that a user can mend in its own words, any other with its stack, since it is ours.
 * @returns the exit code: 1 failed, 2 called wrongly.
 */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said what was wrong
  const expected = known.some((type) => error instanceof type);
  process.stderr.write(`${expected ? `error: ${(error as Error).message}` : ((error as Error)?.stack ?? String(error))}\n`);
  return error instanceof SettingsError ? 2 : 1;
}
