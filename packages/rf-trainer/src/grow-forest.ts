import { UserError } from '@switchyard/config';
import { ForestError, trainForest, type LabelledRows, type Training, type Tree } from '@switchyard/forest';
import type { ReportProgress } from '@switchyard/training';
import { treeKeeper } from './keep-trees.ts';
import { shardRange, spans } from './shard.ts';
import { trainParameters, type TrainerValues } from './train-parameters.ts';
import type { TreeFolder } from './tree-folder.ts';

export type GrowOptions = {
  /** Where grown trees are kept, and taken up again; without one, a training that ends before its time starts anew. */
  readonly folder?: TreeFolder | undefined;
  /** Whether nobody reads the features afterwards, so that their memory can be given back: a fifth of what the training takes. */
  readonly consume?: boolean;
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
};

/** Trains a forest, or the shard of it that the settings name, as they say: takes up the trees that are there already, and keeps new ones. */
export async function growForest(
  rows: LabelledRows,
  values: TrainerValues,
  { folder, consume = false, report, signal }: GrowOptions,
): Promise<Training> {
  const { nEstimators, shard, threads, engine } = values;
  if (shard && shard.of > nEstimators) throw new ForestError(`${shard.of} shards of ${nEstimators} trees; a shard has at least one`);
  const range = shard ? shardRange(shard, nEstimators) : { from: 0, to: nEstimators };
  const have = (await folder?.read()) ?? new Map<number, Tree>();
  const inRange = [...have.keys()].filter((index) => index >= range.from && index < range.to);
  report({ phase: 'trees', done: inRange.length, total: range.to - range.from });
  const keeper = folder && treeKeeper(folder);
  try {
    const grown = await trainForest(
      rows,
      { ...trainParameters(values), oobScore: values.oobScore && !shard },
      {
        ...range,
        engine: engine === 'ml-random-forest' ? 'auto' : engine, // the library is asked elsewhere
        have,
        consume: consume && !(values.oobScore && !shard),
        signal,
        onProgress: (done, total) => report({ phase: 'trees', done, total }),
        ...(threads !== undefined && { threads }),
        ...(keeper && { onTree: keeper.keep }),
      },
    );
    if (shard || values.importances === 'permutation') await keeper?.finish(); // there is more to come, or others wait for them
    else await keeper?.settle();
    return grown;
  } catch (error) {
    await keeper?.finish().catch(() => {}); // why the training failed is what matters
    throw error;
  }
}

/** The forest of trees that shards have grown. @throws UserError where some are missing. */
export async function mergeForest(rows: LabelledRows, values: TrainerValues, folder: TreeFolder, signal: AbortSignal): Promise<Training> {
  const have = await folder.read();
  const missing = Array.from({ length: values.nEstimators }, (_, index) => index).filter((index) => !have.has(index));
  if (missing.length > 0) throw new UserError(await explain(missing, values.nEstimators, folder));
  return trainForest(rows, { ...trainParameters(values), oobScore: values.oobScore }, { have, signal });
}

async function explain(missing: readonly number[], trees: number, folder: TreeFolder): Promise<string> {
  if (missing.length < trees) return `trees ${spans(missing)} of ${trees} are missing in ${folder.directory}: grow their shards first`;
  const others = await folder.others();
  const found = others.map((key) => `\n  ${key.rows} rows of digest ${key.dataset.slice(0, 12)}, ${JSON.stringify(key.parameters)}`);
  const also = found.length > 0 ? `; there are trees of other data or parameters, which do not fit:${found.join('')}` : '';
  return `there are no trees of this data and these parameters in ${folder.directory}${also}`;
}
