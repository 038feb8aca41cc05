import type { Artifact } from '@switchyard/artifact';
import { formatConfusion } from './confusion.ts';
import type { Evaluation } from './evaluation.ts';
import { parentChannel } from './parent.ts';
import { formatRegression, type RegressionEvaluation } from './regression.ts';
import { formatReport } from './report.ts';

/** What a trainer tells the process that started it when a model is published. */
export type Trained = {
  readonly type: 'trained';
  readonly name: string;
  readonly version: string;
  /** How good it is in a few words: `accuracy 0.9649`, `R² 0.8712`; `not tested` where there was nothing to test it with. */
  readonly headline: string;
  /** Of classifiers. */
  readonly accuracy?: number;
  /** From start to published. */
  readonly seconds: number;
  readonly report: string;
  /** Of classifiers. */
  readonly confusion?: string;
};

/** Where the outcome goes; a test gives its own. */
export type OutcomeOutput = {
  readonly send?: ((message: Trained) => unknown) | undefined;
  readonly stream: { write(text: string): unknown };
};

const standard = (): OutcomeOutput => ({ send: parentChannel(), stream: process.stdout });

/**
 * The last thing a trainer does: tells the parent process, if there is one, and prints the report, of a classifier the confusion matrix too.
 * @param evaluation Absent where a model came from elsewhere and was not tested.
 */
export function reportOutcome(
  artifact: Pick<Artifact, 'manifest' | 'directory'>,
  evaluation: Evaluation | RegressionEvaluation | undefined,
  seconds: number,
  output: OutcomeOutput = standard(),
): void {
  const { name, version } = artifact.manifest;
  const told = describe(evaluation);
  output.send?.({ type: 'trained', name, version, seconds, ...told });
  const rows = evaluation ? ` on ${evaluation.rows} test rows` : '';
  const head = `${name}:${version}  ${told.headline}${rows}, ${seconds.toFixed(1)} s, in ${artifact.directory}`;
  const parts = [told.report, told.confusion].filter((part) => part);
  output.stream.write([`${head}\n`, ...parts].join('\n'));
}

function describe(
  evaluation: Evaluation | RegressionEvaluation | undefined,
): Pick<Trained, 'headline' | 'accuracy' | 'report' | 'confusion'> {
  if (!evaluation) return { headline: 'not tested', report: '' };
  if (evaluation.task === 'regression') return { headline: `R² ${evaluation.r2.toFixed(4)}`, report: formatRegression(evaluation) };
  const { accuracy } = evaluation;
  return {
    headline: `accuracy ${accuracy.toFixed(4)}`,
    accuracy,
    report: formatReport(evaluation),
    confusion: formatConfusion(evaluation),
  };
}
