import { loadDataset } from '@switchyard/dataset';

/** Rows of 784 pixels from 0 to 1, and which digit each is. */
export type Digits = { readonly pixels: Float64Array; readonly labels: readonly number[] };

/** Several requests of `rows` test digits each: a server that is asked for the same row again and again may have it in its caches. */
export async function digits(requests: number, rows: number): Promise<readonly Digits[]> {
  const { test } = await loadDataset('mnist');
  return Array.from({ length: requests }, (_, request) => {
    const [first, end] = [request * rows, (request + 1) * rows];
    return {
      pixels: Float64Array.from(test.features.subarray(first * 784, end * 784), (pixel) => pixel / 255),
      labels: Array.from(test.labels.subarray(first, end), Number),
    };
  });
}

/** The part of digits that probabilities tell right. @throws Error where they are no probabilities of ten classes a row */
export function accuracy(sent: readonly Digits[], answers: readonly (readonly number[])[]): number {
  let right = 0;
  const all = sent.flatMap(({ labels }) => labels);
  const found = answers.flatMap((answer) => Array.from({ length: answer.length / 10 }, (_, row) => answer.slice(row * 10, row * 10 + 10)));
  if (found.length !== all.length) throw new Error(`${found.length} rows were answered of ${all.length}`);
  for (const [row, probabilities] of found.entries()) {
    const sum = probabilities.reduce((total, each) => total + each, 0);
    if (!(Math.abs(sum - 1) < 1e-3)) throw new Error(`row ${row} was answered with ${probabilities.join(', ')}: no probabilities`);
    if (probabilities.indexOf(Math.max(...probabilities)) === all[row]) right++;
  }
  return right / all.length;
}
