import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shuffledOrder } from '@switchyard/dataset';
import type { ClassifiedRows } from '@switchyard/forest';

export type Parts = { readonly train: Rows; readonly test: Rows };
export type Rows = ClassifiedRows & { readonly features: Uint8Array };

/** MNIST's four files as they are. */
export function loadMnist(folder: string): Parts {
  const read = (name: string, header: number): Uint8Array => new Uint8Array(readFileSync(join(folder, name))).subarray(header);
  const part = (name: string): Rows => {
    const [features, labels] = [read(`${name}-images-idx3-ubyte`, 16), read(`${name}-labels-idx1-ubyte`, 8)];
    return { features, labels, rows: labels.length, columns: 784, classes: 10 };
  };
  return { train: part('train'), test: part('t10k') };
}

/** The order in which both sides take columns when they take fewer than 784: shuffled, so that they are of all parts of the image. */
export function writeColumnOrder(folder: string): void {
  writeFileSync(join(folder, 'columns.u16'), Uint16Array.from(shuffledOrder(784, 0)));
}

/** The first rows, and the first columns of that order. */
export function columnsOf({ train, test }: Parts, folder: string, rows: number, columns: number | '' | undefined): Parts {
  const first = { ...train, rows, features: train.features.subarray(0, rows * 784), labels: train.labels.subarray(0, rows) as Uint8Array };
  if (!columns) return { train: first, test };
  const bytes = readFileSync(join(folder, 'columns.u16'));
  const order = new Uint16Array(bytes.buffer, bytes.byteOffset, 784).slice(0, columns);
  const pick = (part: Rows): Rows => {
    const features = new Uint8Array(part.rows * columns);
    for (let row = 0; row < part.rows; row++)
      for (let at = 0; at < columns; at++) features[row * columns + at] = part.features[row * 784 + (order[at] as number)] as number;
    return { ...part, columns, features };
  };
  return { train: pick(first), test: pick(test) };
}
