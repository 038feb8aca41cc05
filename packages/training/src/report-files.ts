import { confusionSvg } from './confusion-svg.ts';
import { formatConfusion } from './confusion.ts';
import type { Evaluation } from './evaluation.ts';
import { formatRegression, type RegressionEvaluation } from './regression.ts';
import { formatReport } from './report.ts';

/** What an artifact tells of how its model did, as files to be read by people: path → content. */
export function reportFiles(evaluation: Evaluation | RegressionEvaluation): Record<string, Uint8Array> {
  const texts =
    evaluation.task === 'regression'
      ? { 'report/regression.txt': formatRegression(evaluation) }
      : {
          'report/classification.txt': formatReport(evaluation),
          'report/confusion.txt': formatConfusion(evaluation),
          'report/confusion.svg': confusionSvg(evaluation),
        };
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));
}
