import { loadDataset } from '@switchyard/dataset';

export type Digit = { readonly pixels: number[]; readonly label: number };

/** Real test digits as the seed's notebook sends them: 784 numbers from 0 to 1. */
export async function testDigits(count: number): Promise<Digit[]> {
  const { test } = await loadDataset('mnist');
  return Array.from({ length: count }, (_, at) => ({
    pixels: Array.from(test.features.subarray(at * 784, (at + 1) * 784), (value) => value / 255),
    label: test.labels[at]!,
  }));
}

export const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));
