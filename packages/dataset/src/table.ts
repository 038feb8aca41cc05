import { rowWidth, type Dataset, type DatasetParts, type FeatureArray } from './dataset.ts';
import type { ArrayFile } from './array.ts';
import { numberCategories, type CodedColumn } from './categories.ts';
import { DatasetError } from './error.ts';
import { findColumn, mergeLabels, numericLabels, type LabelColumn } from './labels.ts';
import type { TableOptions } from './table-options.ts';
import { weightsOf } from './weights.ts';

/** Labelled rows out of one file, or a pair of files, before their classes are set against those of the other part. */
export type Table = Pick<Dataset, 'rows' | 'shape' | 'features' | 'columnNames' | 'domain' | 'targets' | 'weights'> & {
  /** Whom errors name. */
  readonly file: string;
  readonly labels: LabelColumn;
  /** Categorical features, whose numbers are not yet written. */
  readonly coded?: readonly CodedColumn[];
};

/** What a format reads: a test set is there only where the source has its own. */
export type Tables = { readonly train: Table; readonly test?: Table };

const pixels = { min: 0, max: 255 } as const;

/**
 * Rows out of an array of features and one of labels. Whole numbers of 0–255 become bytes; where a row has two dimensions or more they
 * are pixels, whose nature is 0–255.
 *
 * @throws DatasetError where they do not fit, or a value is not a finite number, nor NaN where missing values are kept.
 */
export function tableOfArrays(
  features: ArrayFile,
  labels: ArrayFile,
  { missing }: Pick<TableOptions, 'missing'> = {},
  weights?: ArrayFile,
): Table {
  const [rows = 0, ...shape] = features.shape;
  const flat = labels.shape.slice(1).every((size) => size === 1);
  if (!flat) throw new DatasetError(labels.file, undefined, `labels are one number a row; this is an array of ${labels.shape.join('×')}`);
  if (labels.values.length !== rows)
    throw new DatasetError(labels.file, undefined, `${labels.values.length} labels for the ${rows} rows of ${features.file}`);
  const width = rowWidth({ shape });
  if (width === 0) throw new DatasetError(features.file, undefined, `rows without features: an array of ${features.shape.join('×')}`);
  checkFinite(features, width, missing === 'keep');
  const values = missing === 'keep' && shape.length < 2 ? asFloats(features.values) : narrow(features.values);
  const domain = shape.length > 1 && features.type !== 'b1' && values instanceof Uint8Array ? { domain: pixels } : {};
  return {
    file: features.file,
    rows,
    shape: shape.length === 0 ? [1] : shape,
    features: values,
    labels: numericLabels(labels.values, labels.file),
    ...(weights && { weights: weightsOf(weights, rows) }),
    ...domain,
  };
}

/** Rows out of a matrix one column of which is the labels, and another the weights where that is named. @throws DatasetError */
export function tableOfMatrix(matrix: ArrayFile, { labelColumn = -1, weightColumn, missing }: TableOptions = {}): Table {
  const { file, shape, values } = matrix;
  const [rows = 0, columns = 0] = shape;
  const numbers = Array.from({ length: columns }, (_, column) => String(column));
  if (shape.length !== 2 || columns < (weightColumn === undefined ? 2 : 3))
    throw new DatasetError(
      file,
      undefined,
      `an array of ${shape.join('×')}: give a matrix with columns of labels, of weights if so, and of features; or features and labels`,
    );
  const label = findColumn(labelColumn, numbers, file, 'shape');
  const weight = weightColumn === undefined ? -1 : findColumn(weightColumn, numbers, file, 'shape', 'weight');
  if (label === weight) throw new DatasetError(file, 'shape', `column ${label} holds the weights and the labels: name one of them`);
  const column = (wanted: number): ArrayFile => ({ ...matrix, shape: [rows], values: values.filter((_, at) => at % columns === wanted) });
  const features = values.filter((_, at) => at % columns !== label && at % columns !== weight);
  const shaped = { ...matrix, shape: [rows, features.length / Math.max(rows, 1)], values: features };
  return tableOfArrays(shaped, column(label), { ...(missing && { missing }) }, weight < 0 ? undefined : column(weight));
}

/** Bytes where every value is a whole number of 0–255, else the array itself. */
export function narrow(values: FeatureArray): FeatureArray {
  if (values instanceof Uint8Array) return values;
  return values.every((value) => value === (value & 255)) ? Uint8Array.from(values) : values;
}

const asFloats = (values: FeatureArray): FeatureArray => (values instanceof Uint8Array ? Float32Array.from(values) : values);

function checkFinite({ file, values }: ArrayFile, width: number, keepMissing: boolean): void {
  if (values instanceof Uint8Array) return;
  const at = values.findIndex((value) => !Number.isFinite(value) && !(keepMissing && Number.isNaN(value)));
  if (at >= 0) throw new DatasetError(file, `row ${Math.floor(at / width)}, feature ${at % width}`, `${values[at]} is not a finite number`);
}

/** A source's parts, with the same classes and the same form of features. @throws DatasetError where their rows differ in shape. */
export function finishTables(name: string, { train, test }: Tables): { train: DatasetParts; test?: DatasetParts } {
  if (test) checkAlike(train, test);
  const parts = test ? [train, test] : [train];
  const { features, categories } = numberCategories(
    parts.map(({ features, shape, coded = [] }) => ({ features, width: rowWidth({ shape }), columns: coded })),
  );
  const { classNames, labels } = mergeLabels(parts.map((part) => part.labels));
  const pixelled = train.domain && (!test || test.domain);
  const common = {
    name,
    shape: train.shape,
    classNames,
    ...(train.columnNames && { columnNames: train.columnNames }),
    ...(pixelled && { domain: train.domain }),
    ...(categories.length > 0 && { categories }),
  };
  const weighted = parts.some(({ weights }) => weights);
  const finish = (table: Table, at: number): DatasetParts => ({
    ...common,
    rows: table.rows,
    features: like(features[at] as FeatureArray, features),
    labels: labels[at] as Dataset['labels'],
    ...(table.targets && { targets: table.targets }),
    ...(weighted && { weights: table.weights ?? new Float64Array(table.rows).fill(1) }),
  });
  return { train: finish(train, 0), ...(test && { test: finish(test, 1) }) };
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

/** `features` in the widest form of all parts. */
function like(features: FeatureArray, parts: readonly FeatureArray[]): FeatureArray {
  if (features instanceof Float64Array || parts.every((part) => part instanceof Uint8Array)) return features;
  if (parts.some((part) => part instanceof Float64Array)) return Float64Array.from(features);
  return features instanceof Float32Array ? features : Float32Array.from(features);
}
