import type { Values } from '@switchyard/config';
import { rowWidth, type Dataset, type TableOptions } from '@switchyard/dataset';
import { ForestError, type ForestParameters, type LabelledRows } from '@switchyard/forest';
import type { settings } from './settings.ts';

export type TrainerValues = Values<typeof settings>;

/** The settings that shape the forest, without those that are not given: the library has the defaults of each task. */
export function trainParameters(values: TrainerValues): Partial<ForestParameters> {
  const { nEstimators, criterion, maxFeatures, maxDepth, minSamplesLeaf, minSamplesSplit } = values;
  const { bootstrap, maxSamples, splitter, classWeight, seed } = values;
  return {
    nEstimators,
    ...(criterion !== undefined && { criterion }),
    ...(maxFeatures !== undefined && { maxFeatures }),
    maxDepth,
    minSamplesLeaf,
    minSamplesSplit,
    bootstrap,
    maxSamples,
    splitter,
    classWeight,
    seed,
  };
}

/** The same as an artifact states them: what is not in force is left out. */
export function hyperparameters(values: TrainerValues): Record<string, string | number | boolean> {
  const { seed: _, classWeight, ...parameters } = trainParameters(values);
  const { criterion, maxFeatures } = defaults(values);
  const stated = {
    criterion,
    maxFeatures,
    ...parameters,
    classWeight: Array.isArray(classWeight) ? classWeight.join(',') : classWeight,
    categorical: values.categorical?.join(','),
    weightColumn: values.weightColumn,
    missing: values.missing === 'train' ? values.missing : undefined,
    engine: values.engine === 'ml-random-forest' ? values.engine : undefined, // the others grow the same
  };
  const inForce = ([, value]: [string, unknown]): boolean => value !== undefined;
  return Object.fromEntries(Object.entries(stated).filter(inForce)) as Record<string, string | number | boolean>;
}

function defaults({ task }: TrainerValues): Pick<ForestParameters, 'criterion' | 'maxFeatures'> {
  return task === 'regression' ? { criterion: 'squared_error', maxFeatures: 'all' } : { criterion: 'gini', maxFeatures: 'sqrt' };
}

/** The settings that say how the data is read. */
export function tableOptions({ task, missing, weightColumn, categorical }: TrainerValues): TableOptions {
  return {
    target: task === 'regression' ? 'number' : 'class',
    missing: missing === 'train' ? 'keep' : 'refuse',
    ...(weightColumn !== undefined && { weightColumn }),
    ...(categorical && { categorical }),
  };
}

/** A dataset's rows as the forest takes them. @throws ForestError where a categorical column is not of the table. */
export function labelledRows(dataset: Dataset, { task, categorical = [] }: Pick<TrainerValues, 'task' | 'categorical'>): LabelledRows {
  const { features, rows, labels, classNames, targets, weights } = dataset;
  const columns = rowWidth(dataset);
  const codes = categorical.map((column) => findColumn(column, dataset, columns));
  const shared = { features, rows, columns, ...(codes.length > 0 && { categorical: codes }), ...(weights && { sampleWeights: weights }) };
  if (task === 'classification') return { ...shared, labels, classes: classNames.length };
  if (!targets) throw new ForestError(`"${dataset.name}" has no numeric targets; --task regression needs a table of text (CSV)`);
  return { ...shared, task, targets };
}

function findColumn(wanted: string, { columnNames = [], name }: Dataset, columns: number): number {
  const named = columnNames.indexOf(wanted);
  const column = named >= 0 ? named : Number(wanted === '' ? NaN : wanted);
  if (Number.isInteger(column) && column >= 0 && column < columns) return column;
  throw new ForestError(`there is no column "${wanted}" in "${name}": name one, or give its number from 0 to ${columns - 1}`);
}
