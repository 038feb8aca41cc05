import type { Artifact } from '@switchyard/artifact';
import { formatConfusion } from './confusion.ts';
import type { Evaluation } from './evaluation.ts';
import { parentChannel } from './parent.ts';
import { formatReport } from './report.ts';

/** What a trainer tells the process that started it when a model is published. */
export type Trained = {
  readonly type: 'trained';
  readonly name: string;
  readonly version: string;
  readonly accuracy: number;
  /** From start to published. */
  readonly seconds: number;
  readonly report: string;
  readonly confusion: string;
};

/** Where the outcome goes; a test gives its own. */
export type OutcomeOutput = {
  readonly send?: ((message: Trained) => unknown) | undefined;
  readonly stream: { write(text: string): unknown };
};

const standard = (): OutcomeOutput => ({ send: parentChannel(), stream: process.stdout });

/** The last thing a trainer does: tells the parent process, if there is one, and prints the report and the confusion matrix. */
export function reportOutcome(
  artifact: Pick<Artifact, 'manifest' | 'directory'>,
  evaluation: Evaluation,
  seconds: number,
  output: OutcomeOutput = standard(),
): void {
  const { name, version } = artifact.manifest;
  const { accuracy, rows } = evaluation;
  const report = formatReport(evaluation);
  const confusion = formatConfusion(evaluation);
  output.send?.({ type: 'trained', name, version, accuracy, seconds, report, confusion });
  const head = `${name}:${version}  accuracy ${accuracy.toFixed(4)} on ${rows} test rows, ${seconds.toFixed(1)} s, in ${artifact.directory}`;
  output.stream.write(`${head}\n\n${report}\n${confusion}`);
}
