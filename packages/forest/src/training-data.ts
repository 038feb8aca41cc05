import { binNumbers } from './binning.ts';
import { ForestError } from './error.ts';

const mostCells = 0x7fff_ffff;
const mostClasses = 65_535;

/** Labelled rows to train on. */
export type LabelledRows = {
  /** Row-major, `rows × columns`. Bytes are used as they are, other numbers in at most 255 bins a column. */
  readonly features: Uint8Array | Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** One class index a row. */
  readonly labels: Uint8Array | Uint16Array;
  readonly classes: number;
};

/** Rows in the form in which trees are grown, in memory that all threads share. */
export type TrainingData = {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly byRow: Uint8Array;
  readonly byColumn: Uint8Array;
  readonly labels: Uint16Array;
  /** Upper edge of each bin by column; absent where features are bytes and so each value is its own bin. */
  readonly edges?: readonly Float64Array[];
};

/** Checks labelled rows and puts them into shared memory, once by row and once by column. @throws ForestError */
export function prepareData(given: LabelledRows): TrainingData {
  check(given);
  const { features, rows, columns, classes } = given;
  const { bins, edges } =
    features instanceof Uint8Array ? { bins: shared(features), edges: undefined } : binNumbers(features, rows, columns);
  const labels = new Uint16Array(new SharedArrayBuffer(2 * rows));
  labels.set(given.labels);
  return { rows, columns, classes, byRow: bins, byColumn: transpose(bins, rows, columns), labels, ...(edges && { edges }) };
}

function check({ features, rows, columns, labels, classes }: LabelledRows): void {
  if (rows < 1 || columns < 1) throw new ForestError(`${rows} rows of ${columns} columns: a forest needs at least one of each`);
  if (rows * columns > mostCells)
    throw new ForestError(`${rows} rows × ${columns} columns are ${rows * columns} cells; at most ${mostCells} are supported`);
  if (features.length !== rows * columns)
    throw new ForestError(`${features.length} features, but ${rows} rows × ${columns} columns are ${rows * columns}`);
  if (labels.length !== rows) throw new ForestError(`${labels.length} labels for ${rows} rows`);
  if (!Number.isInteger(classes) || classes < 1 || classes > mostClasses)
    throw new ForestError(`${classes} classes; from 1 to ${mostClasses} are supported`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) throw new ForestError(`row ${wrong}: label ${labels[wrong]} is not one of the ${classes} classes`);
}

function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** In square blocks, so that both sides stay in the cache. */
function transpose(byRow: Uint8Array, rows: number, columns: number): Uint8Array {
  const byColumn = new Uint8Array(new SharedArrayBuffer(rows * columns));
  const block = 64;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(rows, top + block);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(columns, left + block);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) byColumn[column * rows + row] = byRow[row * columns + column] as number;
      }
    }
  }
  return byColumn;
}
