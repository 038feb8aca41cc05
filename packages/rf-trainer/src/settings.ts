import { boolean, integer, number, setting } from '@switchyard/config';
import { trainingSettings } from '@switchyard/training';
import * as z from 'zod';

const whole = (least: number) => integer.pipe(z.int().min(least));

const maxFeatures = z.union([z.enum(['sqrt', 'log2', 'all']), whole(1)], 'it is "sqrt", "log2", "all" or a number from 1');

const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

const classWeight = z.string().transform((text, context): 'balanced' | number[] => {
  if (text === 'balanced') return text;
  const weights = text.split(',').map(Number);
  if (!weights.every((weight) => weight >= 0 && weight < Infinity))
    context.addIssue({ code: 'custom', message: 'it is "balanced", or a weight from 0 for each class, with commas between' });
  return weights;
});

const shard = z.string().transform((text, context): { index: number; of: number } => {
  const [, index = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (of === '' || Number(index) >= Number(of))
    context.addIssue({ code: 'custom', message: 'it is i/n, with i from 0 to n − 1: the third of four shards is 2/4' });
  return { index: Number(index), of: Number(of) };
});

/** What rf-trainer can be told; the names of the hyper-parameters are scikit-learn's. */
export const settings = {
  ...trainingSettings('mnist-forest'),
  config: setting(
    z.string().optional(),
    'A YAML file of settings, one a line: "nEstimators: 100". A flag wins over it, and it over variables.',
  ),
  task: setting(
    z.enum(['classification', 'regression']).default('classification'),
    'Whether the label column of a table names classes or holds numbers that are to be predicted.',
  ),
  nEstimators: setting(
    whole(1).default(30),
    'Trees. More of them make the forest surer, and training time, file and prediction time grow with them.',
  ),
  criterion: setting(
    z.enum(['gini', 'entropy', 'squared_error']).optional(),
    'What a split is chosen by: "gini" (the default) or "entropy" for classes, "squared_error" for numbers.',
  ),
  maxFeatures: setting(
    maxFeatures.optional(),
    'Columns tried at each split: "sqrt" (the default for classes) or "log2" of all, "all" (the default for numbers), or a number. More make each tree better, all of them more alike, and training slower.',
  ),
  maxDepth: setting(whole(1).optional(), 'The most splits from root to leaf. Less makes a smaller forest, which follows the data less.'),
  minSamplesLeaf: setting(
    whole(1).default(1),
    'The least rows at each side of a split. More smooths the probabilities and makes a smaller forest.',
  ),
  minSamplesSplit: setting(whole(2).default(2), 'The least rows of a node that is split.'),
  bootstrap: setting(
    boolean.default(true),
    'Whether each tree sees its own draw of the rows, with repetition. Off, trees differ by their columns alone.',
  ),
  maxSamples: setting(
    number.pipe(z.number().positive()).optional(),
    'Rows that each tree draws: up to 1 a share of all, above 1 their number; as many as there are unless given. Fewer train faster.',
  ),
  splitter: setting(
    z.enum(['best', 'random']).default('best'),
    'Which cut of a column is tried: the "best", or a "random" one (extremely randomised trees): faster, and trees differ more.',
  ),
  classWeight: setting(
    classWeight.optional(),
    'Weights of the classes in their order, with commas between, or "balanced": classes that are rare weigh as much as others.',
  ),
  weightColumn: setting(
    z.string().optional(),
    'What each row weighs in training: a column of a table, by name or by number from 0, or an array of an NPZ archive, by name.',
  ),
  categorical: setting(
    list.optional(),
    'Columns that are categories without an order: numbers from 0 to 65535, or of a CSV words. Names or numbers from 0, with commas between.',
  ),
  missing: setting(
    z.enum(['refuse', 'train']).default('refuse'),
    'What to do with values that are missing: cells of a CSV that are empty, NA, N/A, NaN, null or ?, and NaN of arrays. "train": each split learns which way they go, and clients may send NaN.',
  ),
  oobScore: setting(
    boolean.default(false),
    'Whether to score each row by the trees that did not draw it, too: costs a prediction of all rows.',
  ),
  importances: setting(
    z.enum(['impurity', 'permutation']).default('impurity'),
    'How it is told what the forest looks at: "impurity" costs nothing; "permutation" also shuffles each column of the test rows, which is not deceived by columns of many values, but costs a prediction of all of them for each column and repeat.',
  ),
  importanceRepeats: setting(whole(1).default(5), 'How often each column is shuffled for the permutation importances.'),
  importanceRows: setting(
    whole(1).default(10_000),
    'The most test rows that are shuffled for the permutation importances, drawn by the seed. Fewer take less time, and tell less of small differences.',
  ),
  threads: setting(
    whole(1).optional(),
    'Trees that grow at once; by default as many as there are cores. The forest is the same with any number.',
  ),
  engine: setting(
    z.enum(['auto', 'wasm', 'typescript', 'ml-random-forest']).default('auto'),
    'What grows the trees: "wasm" and "typescript" grow the same, the first in half the time; "auto" takes it where the data fits. "ml-random-forest" is the library of that name, for small data: its time grows with nearly the square of the rows.',
  ),
  libraryMinutes: setting(
    number.pipe(z.number().min(0)).default(10),
    'The longest that a training with ml-random-forest may take by its estimate, in minutes; 0 is no limit.',
  ),
  shard: setting(
    shard.optional(),
    'Grow only part i of n of the trees, "i/n" with i from 0, into --work, and publish nothing. When all are grown, `rf-trainer merge` with the same settings publishes the forest: the same, byte for byte, as one process grows.',
  ),
  merge: setting(
    boolean.default(false),
    'Publish the forest whose shards are grown, with the settings that they were grown with, in place of training. `rf-trainer merge` is the same.',
  ),
  work: setting(
    z.string().min(1).optional(),
    'Folder for trees that are grown but not yet published: shards meet there, and a training that was killed resumes from it. By default .forests in the store, where that is a folder.',
  ),
  resume: setting(
    boolean.default(true),
    'Whether to keep grown trees in --work while training and take up those that are there. Off, a killed training starts anew.',
  ),
};
