import { boolean, integer, setting } from '@switchyard/config';
import { trainingSettings } from '@switchyard/training';
import { z } from 'zod';

const whole = (least: number) => integer.pipe(z.int().min(least));

const maxFeatures = z.union([z.enum(['sqrt', 'log2', 'all']), whole(1)], 'it is "sqrt", "log2", "all" or a number from 1');

/** What rf-trainer can be told; the names of the hyper-parameters are scikit-learn's. */
export const settings = {
  ...trainingSettings('mnist-forest'),
  nEstimators: setting(
    whole(1).default(30),
    'Trees. More of them make the forest surer, and training time, file and prediction time grow with them.',
  ),
  maxFeatures: setting(
    maxFeatures.default('sqrt'),
    'Columns tried at each split: "sqrt" or "log2" of all, "all", or a number. More make each tree better, all of them more alike, and training slower.',
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
  threads: setting(
    whole(1).optional(),
    'Trees that grow at once; by default as many as there are cores. The forest is the same with any number.',
  ),
};
