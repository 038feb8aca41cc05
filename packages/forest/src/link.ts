import type { Outline } from './forest.ts';

/** How many numbers a forest says of a row once its scores are finished: classes, or the outputs of a regression. */
export const answerWidth = ({ task, classes, outputs }: Pick<Outline, 'task' | 'classes' | 'outputs'>): number =>
  task === 'regression' ? outputs : classes;

/**
 * Makes answers of the sums over the trees of `rows` rows, `rows × outputs`: their mean, or base and sum through the link; and two
 * probabilities of one. Writes them into `out` from `at`; the sums are changed.
 */
export function finishScores(outline: Outline, sums: Float64Array, rows: number, out: Float32Array | Float64Array, at: number): void {
  const { outputs, treeCount, aggregate, base, link } = outline;
  const cells = rows * outputs;
  if (aggregate === 'mean') {
    for (let i = 0; i < cells; i++) out[at + i] = (sums[i] as number) / treeCount;
    return;
  }
  for (let i = 0; i < cells; i++) sums[i] = (sums[i] as number) + (base[i % outputs] as number);
  if (link === 'logistic') for (let i = 0; i < cells; i++) sums[i] = 1 / (1 + Math.exp(-(sums[i] as number)));
  if (link === 'softmax') for (let row = 0; row < rows; row++) softmax(sums.subarray(row * outputs, (row + 1) * outputs));
  if (answerWidth(outline) === outputs) {
    for (let i = 0; i < cells; i++) out[at + i] = sums[i] as number;
    return;
  }
  for (let row = 0; row < rows; row++) {
    out[at + 2 * row] = 1 - (sums[row] as number);
    out[at + 2 * row + 1] = sums[row] as number;
  }
}

function softmax(scores: Float64Array): void {
  const greatest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp((scores[i] as number) - greatest);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
}
