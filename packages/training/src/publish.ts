import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openStore, type Artifact, type Draft } from '@switchyard/artifact';
import type { Dataset } from '@switchyard/dataset';
import type { Evaluation } from './evaluation.ts';
import type { RegressionEvaluation } from './regression.ts';
import { reportFiles } from './report-files.ts';

/** A trained model and what must be known to serve it. */
export type TrainedModel = Pick<Draft, 'format' | 'signature' | 'scaling' | 'hyperparameters' | 'seed' | 'producer'> & {
  /** Folder or address of the store. */
  readonly store: string;
  readonly name: string;
  /** Path in the artifact, with `/` → content. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The rows that it was trained on. Without class names: of a regression. */
  readonly dataset: Pick<Dataset, 'name' | 'digest' | 'rows'> & { readonly classNames?: readonly string[] };
  /** How it did on the rows that it was not trained on; absent of a model that came from elsewhere and was not tested. */
  readonly evaluation?: Evaluation | RegressionEvaluation;
  /** Further figures beside accuracy and F1. Not times: the same seed must give the same manifest. */
  readonly metrics?: Readonly<Record<string, number>>;
};

/** Publishes a trained model, and with it the report of how it did, as the next version of its name. @throws ArtifactError */
export async function publishModel(model: TrainedModel): Promise<Artifact> {
  const { store, name, files, dataset, evaluation, metrics, format, signature, scaling, hyperparameters, seed, producer } = model;
  return openStore(store).publish(name, async (directory) => {
    for (const [path, content] of Object.entries({ ...files, ...(evaluation && reportFiles(evaluation)) })) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    return {
      format,
      signature,
      ...(scaling && { scaling }),
      ...(dataset.classNames && { classNames: [...dataset.classNames] }),
      metrics: { ...(evaluation && figures(evaluation)), ...metrics },
      hyperparameters,
      seed,
      dataset: { name: dataset.name, digest: dataset.digest, rows: dataset.rows },
      producer,
    };
  });
}

function figures(evaluation: Evaluation | RegressionEvaluation): Record<string, number> {
  if (evaluation.task === 'regression') {
    const { r2, mae, rmse, rows } = evaluation;
    return { r2, mae, rmse, 'test-rows': rows };
  }
  return { accuracy: evaluation.accuracy, 'macro-f1': evaluation.macro.f1, 'test-rows': evaluation.rows };
}
