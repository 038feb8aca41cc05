import type { Scaling } from '@switchyard/artifact';
import { featuresOf, rowWidth, type Dataset, type DiskDataset } from '@switchyard/dataset';

/** How values become what the model sees. */
export type Input = {
  /** From the dataset's values, for training: `model = dataset × scale + offset`. */
  readonly scale: number | number[];
  readonly offset: number | number[];
  /** From the client's values, for the artifact. Absent: the model sees what clients send. */
  readonly scaling?: Scaling;
};

/**
 * Data with a domain, such as pixels, reaches the model as 0..1, just as clients send it. Other data is standardised: each feature gets
 * mean 0 and deviation 1 over the training rows, and the artifact states how, since clients send it as it is.
 */
export async function inputOf(train: Dataset | DiskDataset): Promise<Input> {
  const { domain } = train;
  if (domain) {
    const extent = domain.max - domain.min;
    return { scale: 1 / extent, offset: 0 - domain.min / extent };
  }
  const scaling = await standardise(train);
  return { ...scaling, scaling };
}

async function standardise(data: Dataset | DiskDataset): Promise<{ scale: number[]; offset: number[] }> {
  const first = await firstRow(data);
  const excess = await columnMeans(data, (value, column) => value - (first[column] as number)); // so that the mean of equal numbers is that number
  const means = first.map((value, column) => value + (excess[column] as number));
  const variances = await columnMeans(data, (value, column) => (value - (means[column] as number)) ** 2);
  const scale = variances.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 1)); // a constant feature only moves to 0
  return { scale, offset: means.map((mean, column) => 0 - mean * (scale[column] as number)) };
}

async function firstRow(data: Dataset | DiskDataset): Promise<number[]> {
  for await (const features of featuresOf(data)) return Array.from(features.subarray(0, rowWidth(data)));
  return [];
}

async function columnMeans(data: Dataset | DiskDataset, of: (value: number, column: number) => number): Promise<number[]> {
  const width = rowWidth(data);
  const sums = Array.from({ length: width }, () => 0);
  for await (const features of featuresOf(data))
    features.forEach((value: number, index: number) => {
      const column = index % width;
      sums[column] = (sums[column] as number) + of(value, column);
    });
  return sums.map((sum) => sum / data.rows);
}
