import { UserError } from '@switchyard/config';
import { classificationForest, regressionForest, type LabelledRows } from '@switchyard/forest';
import type { Dataset } from '@switchyard/dataset';
import { workPlace } from '@switchyard/training';
import { hyperparameters, type TrainerValues } from './train-parameters.ts';
import { treeFolder, type TreeFolder } from './tree-folder.ts';

/** Where the trees of this forest are kept until it is published; undefined where nobody wants them kept. @throws UserError */
export function workFolder(dataset: Dataset, rows: LabelledRows, values: TrainerValues, producer: string): TreeFolder | undefined {
  const place = values.work ?? workPlace(values.store, '.forests');
  if (place === undefined && values.shard)
    throw new UserError(`${values.store} is no folder: --shard needs --work, a folder that all shards share`);
  if (place === undefined || (!values.resume && !values.shard)) return undefined;
  const parameters = { ...hyperparameters(values), task: values.task, seed: values.seed, producer };
  const facts = { columns: rows.columns, bytes: rows.features instanceof Uint8Array };
  const { trees: _, ...like } =
    rows.task === 'regression'
      ? regressionForest({ ...facts, outputs: 1 }, [])
      : classificationForest({ ...facts, classes: rows.classes }, []);
  return treeFolder(place, values.name, { dataset: dataset.digest, rows: rows.rows, parameters }, like);
}
