import { UserError } from '@switchyard/config';

/** The instruction of a Dockerfile that an engine is at. */
export type BuildStep = { readonly step: number; readonly steps: number; readonly instruction: string };

/** A build that failed: at which step, with which words, after which lines. */
export class BuildError extends UserError {
  override readonly name = 'BuildError';
  readonly at: BuildStep | undefined;

  constructor(why: string, at: BuildStep | undefined, lastLines: readonly string[]) {
    const place = at === undefined ? '' : ` at step ${at.step} of ${at.steps}, ${at.instruction}`;
    const lines = lastLines.length === 0 ? '' : `\nthe last lines of that step:\n${lastLines.map((line) => `  ${line}`).join('\n')}`;
    super(`the build failed${place}\n${why}${lines}`);
    this.at = at;
  }
}
