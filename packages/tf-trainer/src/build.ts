import type { Library } from '@switchyard/tensorflow';
import type { Hyperparameters } from './hyperparameters.ts';
import type { TrainingData } from './data.ts';
import type { ModelSignature } from './model-function.ts';
import { presets } from './preset.ts';
import { seeded, streams } from './seeded.ts';
import { trainable, type Trainable } from './trainable.ts';
import { loadUserModel } from './user-model.ts';

/** What the data asks of a model. */
export function signatureOf({ facts, train, target }: Pick<TrainingData, 'facts' | 'train' | 'target'>): ModelSignature {
  const { shape, classNames, columnNames } = facts;
  return {
    input: { shape, width: train.width, ...(columnNames && { columns: columnNames }) },
    output: target ? { units: 1 } : { units: classNames.length, classNames },
  };
}

/** Builds the model that is to be trained: a preset, or the one in the user's file. @throws UserError, TensorFlowError */
export async function buildModel(
  tf: Library,
  data: TrainingData,
  { preset = 'softmax', hiddenUnits = 0 }: Hyperparameters,
  { model: file, seed }: { readonly model?: string | undefined; readonly seed: number },
): Promise<Trainable> {
  const signature = signatureOf(data);
  const build = file === undefined ? presets[preset].build : await loadUserModel(file, tf);
  const before = new Set(Object.keys(tf.engine().registeredVariables));
  try {
    return seeded(seed, streams.weights, () => {
      const built = build(signature, { tf, seed, hiddenUnits });
      return trainable(tf, built, signature, file ?? `preset "${preset}"`, data.target);
    });
  } catch (error) {
    for (const [name, variable] of Object.entries(tf.engine().registeredVariables)) if (!before.has(name)) variable.dispose();
    throw error;
  }
}
