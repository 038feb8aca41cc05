import type { Artifact } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import type { Split } from '@switchyard/dataset';
import type { Training } from '@switchyard/forest';
import { loadSplit, type Evaluation, type RegressionEvaluation, type ReportProgress } from '@switchyard/training';
import { growForest, mergeForest } from './grow-forest.ts';
import { trainWithLibrary, type Tell } from './library-engine.ts';
import { missingValues } from './missing-values.ts';
import { permuteColumns } from './permute-columns.ts';
import { publishForest } from './publish-forest.ts';
import { labelledRows, tableOptions, type TrainerValues } from './train-parameters.ts';
import { workFolder } from './work-folder.ts';

/** Who is told what, and who may end it. */
export type TrainContext = {
  /** Component and version. */
  readonly producer: string;
  readonly report: ReportProgress;
  readonly tell: Tell;
  readonly signal: AbortSignal;
};

export type Outcome =
  | { readonly artifact: Artifact; readonly evaluation: Evaluation | RegressionEvaluation }
  /** Of a shard, which publishes nothing: how many trees it has, and where. */
  | { readonly trees: number; readonly directory: string };

/**
 * Trains a forest as the settings say and publishes it; or grows a shard of it, or publishes what shards have grown.
 * @throws UserError @throws ArtifactError @throws DatasetError @throws ForestError
 */
export async function train(values: TrainerValues, context: TrainContext): Promise<Outcome> {
  const { producer, report, tell, signal } = context;
  const { merge, shard, store } = values;
  if (merge && shard) throw new UserError('merge takes all shards; --shard is for growing one');
  const split = await loadSplit(values, tableOptions(values));
  const missing = missingValues(split.train);
  if (missing) tell(missing);
  const rows = labelledRows(split.train, values);
  if (values.engine === 'ml-random-forest') return publish(await trainWithLibrary(rows, values, context), split, values, context);
  const folder = workFolder(split.train, rows, merge ? { ...values, resume: true } : values, producer);
  if (merge && !folder) throw new UserError(`${store} is no folder: merge needs --work, the folder of the shards`);
  const consume = split.train.features.buffer !== split.test.features.buffer; // the test's rows are read again
  const grown = merge
    ? await mergeForest(rows, values, folder!, signal)
    : await growForest(rows, values, { folder, consume, report, signal });
  if (shard) return { trees: grown.forest.trees.length, directory: folder!.directory };
  const published = await publish(grown, split, values, context);
  await folder?.remove();
  return published;
}

async function publish(grown: Training, split: Split, values: TrainerValues, context: TrainContext): Promise<Outcome> {
  const permutation = values.importances === 'permutation' ? await permuteColumns(grown.forest, split.test, values, context) : undefined;
  return publishForest({ ...grown, permutation }, split, values, context.producer);
}
