import { rowWidth, type Dataset, type DatasetParts, type FeatureArray } from './dataset.ts';
import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';
import { findColumn, mergeLabels, numericLabels, type ColumnReference, type LabelColumn } from './labels.ts';

/** Labelled rows out of one file, or a pair of files, before their classes are set against those of the other part. */
export type Table = Pick<Dataset, 'rows' | 'shape' | 'features' | 'columnNames' | 'domain' | 'targets'> & {
  /** Whom errors name. */
  readonly file: string;
  readonly labels: LabelColumn;
};

/** What a format reads: a test set is there only where the source has its own. */
export type Tables = { readonly train: Table; readonly test?: Table };

const pixels = { min: 0, max: 255 } as const;

/**
 * Rows out of an array of features and one of labels. Whole numbers of 0–255 become bytes; where a row has two dimensions or more they
 * are pixels, whose nature is 0–255.
 *
 * @throws DatasetError where the two do not fit, or a value is not a finite number.
 */
export function tableOfArrays(features: ArrayFile, labels: ArrayFile): Table {
  const [rows = 0, ...shape] = features.shape;
  const flat = labels.shape.slice(1).every((size) => size === 1);
  if (!flat) throw new DatasetError(labels.file, undefined, `labels are one number a row; this is an array of ${labels.shape.join('×')}`);
  if (labels.values.length !== rows)
    throw new DatasetError(labels.file, undefined, `${labels.values.length} labels for the ${rows} rows of ${features.file}`);
  const width = rowWidth({ shape });
  if (width === 0) throw new DatasetError(features.file, undefined, `rows without features: an array of ${features.shape.join('×')}`);
  checkFinite(features, width);
  const values = narrow(features.values);
  const domain = shape.length > 1 && features.type !== 'b1' && values instanceof Uint8Array ? { domain: pixels } : {};
  return {
    file: features.file,
    rows,
    shape: shape.length === 0 ? [1] : shape,
    features: values,
    labels: numericLabels(labels.values, labels.file),
    ...domain,
  };
}

/** Rows out of a matrix whose one column is the labels. @param labelColumn Default the last. @throws DatasetError */
export function tableOfMatrix(matrix: ArrayFile, labelColumn: ColumnReference = -1): Table {
  const { file, shape, values } = matrix;
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || columns < 2)
    throw new DatasetError(file, undefined, `an array of ${shape.join('×')}: give a matrix of two columns or more, or features and labels`);
  const numbers = Array.from({ length: columns }, (_, column) => String(column));
  const label = findColumn(labelColumn, numbers, file, 'shape');
  const features = values.filter((_, at) => at % columns !== label);
  const labels = values.filter((_, at) => at % columns === label);
  return tableOfArrays({ ...matrix, shape: [rows, columns - 1], values: features }, { ...matrix, shape: [rows], values: labels });
}

/** Bytes where every value is a whole number of 0–255, else the array itself. */
export function narrow(values: FeatureArray): FeatureArray {
  if (values instanceof Uint8Array) return values;
  return values.every((value) => value === (value & 255)) ? Uint8Array.from(values) : values;
}

function checkFinite({ file, values }: ArrayFile, width: number): void {
  if (values instanceof Uint8Array) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new DatasetError(file, `row ${Math.floor(at / width)}, feature ${at % width}`, `${values[at]} is not a finite number`);
}

/** A source's parts, with the same classes and the same form of features. @throws DatasetError where their rows differ in shape. */
export function finishTables(name: string, { train, test }: Tables): { train: DatasetParts; test?: DatasetParts } {
  if (test) checkAlike(train, test);
  const { classNames, labels } = mergeLabels(test ? [train.labels, test.labels] : [train.labels]);
  const pixelled = train.domain && (!test || test.domain);
  const common = {
    name,
    shape: train.shape,
    classNames,
    ...(train.columnNames && { columnNames: train.columnNames }),
    ...(pixelled && { domain: train.domain }),
  };
  const finish = (table: Table, labels: Dataset['labels'] | undefined, features: FeatureArray): DatasetParts => ({
    ...common,
    rows: table.rows,
    features,
    labels: labels as Dataset['labels'],
    ...(table.targets && { targets: table.targets }),
  });
  if (!test) return { train: finish(train, labels[0], train.features) };
  return {
    train: finish(train, labels[0], like(train.features, test.features)),
    test: finish(test, labels[1], like(test.features, train.features)),
  };
}

function checkAlike(train: Table, test: Table): void {
  if (train.shape.join() !== test.shape.join())
    throw new DatasetError(
      test.file,
      undefined,
      `rows of ${test.shape.join('×')}; the rows of ${train.file} have ${train.shape.join('×')}`,
    );
  if (!train.columnNames || !test.columnNames) return;
  const at = train.columnNames.findIndex((column, at) => column !== test.columnNames?.[at]);
  if (at >= 0)
    throw new DatasetError(
      test.file,
      'line 1',
      `feature ${at} is "${test.columnNames[at]}"; in ${train.file} it is "${train.columnNames[at]}"`,
    );
}

/** `features` in the wider form of the two. */
function like(features: FeatureArray, other: FeatureArray): FeatureArray {
  if (features instanceof Float64Array || other instanceof Uint8Array) return features;
  if (other instanceof Float64Array) return Float64Array.from(features);
  return features instanceof Float32Array ? features : Float32Array.from(features);
}
