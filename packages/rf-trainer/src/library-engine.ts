import { UserError } from '@switchyard/config';
import { classificationForest, fromMlRandomForest, regressionForest, type LabelledRows, type Training } from '@switchyard/forest';
import type { ReportProgress } from '@switchyard/training';
import { duration } from './duration.ts';
import { runLibrary, type LibraryInput, type LibraryOptions } from './library-thread.ts';
import type { TrainerValues } from './train-parameters.ts';

/** How its time grows with the rows, measured from 800 to 3,200 of them; with fewer it grows less. */
const growth = 1.9;
const firstRows = 100;
const enoughSeconds = 0.5;

/** Tells an estimate of the seconds; a test gives its own. */
export type Tell = (words: string) => void;

/**
 * Trains with ml-random-forest itself. It draws columns once a tree, and its time grows with nearly the square of the rows, so this first
 * times single trees of few rows, says what all would take, and refuses what takes longer than the settings allow.
 *
 * @throws UserError for settings that the library does not have, and where it would take too long
 */
export async function trainWithLibrary(
  rows: LabelledRows,
  values: TrainerValues,
  { report, signal, tell }: { readonly report: ReportProgress; readonly signal: AbortSignal; readonly tell: Tell },
): Promise<Training> {
  refuseForeign(values);
  const input: LibraryInput = {
    features: rows.features,
    rows: rows.rows,
    columns: rows.columns,
    values: rows.task === 'regression' ? rows.targets : rows.labels,
    task: values.task,
    options: libraryOptions(values, rows.columns),
  };
  const seconds = await estimate(input, signal);
  const limit = 60 * values.libraryMinutes;
  const words = `ml-random-forest needs about ${duration(seconds)} for ${values.nEstimators} trees of ${rows.rows} rows`;
  if (limit > 0 && seconds > limit)
    throw new UserError(
      `${words}; --library-minutes allows ${duration(limit)}: raise it (0 is no limit), give fewer rows or columns, or take --engine auto, which needs seconds`,
    );
  tell(words);
  report({ phase: 'ml-random-forest', done: 0, total: 1, detail: `about ${duration(seconds)}` });
  const { json, importances } = await runLibrary(input, signal);
  report({ phase: 'ml-random-forest', done: 1, total: 1 });
  const { trees } = fromMlRandomForest(JSON.parse(json), { columns: rows.columns });
  const facts = { columns: rows.columns, bytes: false };
  const forest =
    rows.task === 'regression'
      ? regressionForest({ ...facts, outputs: 1 }, trees)
      : classificationForest({ ...facts, classes: rows.classes }, trees); // also of classes that no leaf has
  return { forest, importances };
}

/** Seconds that the whole training will take, by trees of 100 rows, 200, … until one takes half a second. */
async function estimate(input: LibraryInput, signal: AbortSignal): Promise<number> {
  const { nEstimators, ...options } = input.options;
  const step = (rows: number): number => Math.floor(input.rows / rows); // rows from all parts of the data
  for (let rows = Math.min(firstRows, input.rows); ; rows = Math.min(2 * rows, input.rows)) {
    const every = step(rows);
    const some = new (input.features.constructor as new (length: number) => LibraryInput['features'])(rows * input.columns);
    for (let row = 0; row < rows; row++) {
      const from = row * every * input.columns;
      some.set(input.features.subarray(from, from + input.columns), row * input.columns);
    }
    const values = Array.from({ length: rows }, (_, row) => input.values[row * every] as number);
    const { seconds } = await runLibrary({ ...input, features: some, rows, values, options: { ...options, nEstimators: 1 } }, signal);
    if (seconds >= enoughSeconds || rows === input.rows) return seconds * (input.rows / rows) ** growth * nEstimators;
  }
}

/** Settings by the library's names. */
export function libraryOptions(values: TrainerValues, columns: number): LibraryOptions {
  const { seed, nEstimators, bootstrap, minSamplesSplit, maxDepth, task } = values;
  const { maxFeatures = task === 'regression' ? 'all' : 'sqrt' } = values;
  const roots = { sqrt: Math.sqrt(columns), log2: Math.log2(columns), all: columns };
  const wanted = typeof maxFeatures === 'number' ? maxFeatures : Math.max(1, Math.floor(roots[maxFeatures]));
  return {
    seed,
    nEstimators,
    maxFeatures: wanted === 1 ? 1.5 / columns : wanted, // its 1 is all of them; a share is rounded down
    useSampleBagging: bootstrap,
    replacement: true,
    noOOB: true,
    treeOptions: { minNumSamples: minSamplesSplit - 1, ...(maxDepth !== undefined && { maxDepth }) },
  };
}

function refuseForeign(values: TrainerValues): void {
  const { criterion, minSamplesLeaf, maxSamples, splitter, classWeight, categorical, weightColumn, missing, oobScore, shard, merge } =
    values;
  const foreign = {
    criterion: criterion === 'entropy',
    'min-samples-leaf': minSamplesLeaf > 1,
    'max-samples': maxSamples !== undefined,
    splitter: splitter !== 'best',
    'class-weight': classWeight !== undefined,
    categorical: categorical !== undefined,
    'weight-column': weightColumn !== undefined,
    missing: missing === 'train',
    'oob-score': oobScore,
    shard: shard !== undefined,
    merge,
  };
  const [first] = Object.entries(foreign).find(([, given]) => given) ?? [];
  if (first !== undefined) throw new UserError(`ml-random-forest has no --${first}; --engine auto has`);
}
