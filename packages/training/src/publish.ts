import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openStore, type Artifact, type Draft } from '@switchyard/artifact';
import type { Dataset } from '@switchyard/dataset';
import type { Evaluation } from './evaluation.ts';

/** A trained model and what must be known to serve it. */
export type TrainedModel = Pick<Draft, 'format' | 'signature' | 'scaling' | 'hyperparameters' | 'seed' | 'producer'> & {
  /** Folder or address of the store. */
  readonly store: string;
  readonly name: string;
  /** Path in the artifact, with `/` → content. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The rows that it was trained on. */
  readonly dataset: Pick<Dataset, 'name' | 'digest' | 'rows' | 'classNames'>;
  /** How it did on the rows that it was not trained on. */
  readonly evaluation: Evaluation;
  /** Further figures beside accuracy and F1. Not times: the same seed must give the same manifest. */
  readonly metrics?: Readonly<Record<string, number>>;
};

/** Publishes a trained model as the next version of its name. @throws ArtifactError */
export async function publishModel(model: TrainedModel): Promise<Artifact> {
  const { store, name, files, dataset, evaluation, metrics, format, signature, scaling, hyperparameters, seed, producer } = model;
  return openStore(store).publish(name, async (directory) => {
    for (const [path, content] of Object.entries(files)) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    return {
      format,
      signature,
      ...(scaling && { scaling }),
      classNames: [...dataset.classNames],
      metrics: { accuracy: evaluation.accuracy, 'macro-f1': evaluation.macro.f1, 'test-rows': evaluation.rows, ...metrics },
      hyperparameters,
      seed,
      dataset: { name: dataset.name, digest: dataset.digest, rows: dataset.rows },
      producer,
    };
  });
}
