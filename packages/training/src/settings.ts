import * as z from 'zod';
import { integer, number, setting, type Setting } from '@switchyard/config';

const fraction = number.refine((value) => value > 0 && value < 1, 'a fraction is between 0 and 1');

const split = z.string().transform((text, context): 'given' | 'half' | number => {
  if (text === 'given' || text === 'half') return text;
  const parsed = fraction.safeParse(text);
  if (!parsed.success) context.addIssue({ code: 'custom', message: 'a split is "given", "half" or a fraction between 0 and 1' });
  return parsed.data ?? 'given';
});

export type TrainingSettings = {
  readonly data: Setting<string>;
  readonly format: Setting<string | undefined>;
  readonly labelColumn: Setting<string | undefined>;
  readonly split: Setting<'given' | 'half' | number>;
  readonly testFraction: Setting<number>;
  readonly name: Setting<string>;
  readonly store: Setting<string>;
  readonly seed: Setting<number>;
};

/**
 * The settings that every trainer has; it adds its own hyper-parameters.
 *
 *     const settings = { ...trainingSettings('mnist-forest'), nEstimators: setting(…) };
 */
export function trainingSettings(defaultName: string): TrainingSettings {
  return {
    data: setting(
      z.string().min(1).default('mnist'),
      'What to train on: "mnist" (built in), or the path of a CSV, NPY, NPZ or IDX file, a folder of IDX files, or a folder of images with one folder a class.',
    ),
    format: setting(z.string().optional(), 'How the data is to be read, where its name does not tell: idx, csv, npy, npz, images.'),
    labelColumn: setting(z.string().optional(), 'Which column of a table is the label, by name or by number from 0.'),
    split: setting(
      split.default('given'),
      'Which rows test the model. "given": the test set that the data brings, else --test-fraction of it. "half": all rows shuffled, one half trains and the other tests. A fraction: that part of all rows tests.',
    ),
    testFraction: setting(
      fraction.default(0.2),
      'The part of the rows kept for testing where the data brings no test set. More makes the figures surer, and the model poorer.',
    ),
    name: setting(z.string().min(1).default(defaultName), 'The name under which the model is published.'),
    store: setting(
      z.string().min(1).default('./.switchyard/models'),
      'Where models are published: a folder, s3://bucket/prefix or gs://bucket/prefix. Images set it to /data.',
    ),
    seed: setting(
      integer.pipe(z.int().min(0).max(0xffff_ffff)).default(0),
      'Where all that is random starts. The same seed and data give the same model, byte for byte.',
    ),
  };
}
