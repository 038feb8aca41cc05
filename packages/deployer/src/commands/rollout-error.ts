import { UserError } from '@switchyard/config';
import type { RolloutProblem } from '../cluster/index.ts';

/** A version that does not come to serve, with the cluster's own words why. */
export class RolloutError extends UserError {
  override readonly name = 'RolloutError';
  readonly problems: readonly RolloutProblem[];

  constructor(message: string, problems: readonly RolloutProblem[]) {
    super(message);
    this.problems = problems;
  }
}

/** The version waited for is no longer the one that is wanted: someone applied another, or deleted it. Nothing is to be put back then. */
export class SupersededError extends UserError {
  override readonly name = 'SupersededError';
}
