import type { Artifact } from '@switchyard/artifact';
import type { Dataset, Split } from '@switchyard/dataset';
import { encodeForest, forestPredictor, type Forest, type PermutationImportances, type Training } from '@switchyard/forest';
import {
  evaluate,
  evaluateRegression,
  publishModel,
  regressionSvg,
  type Evaluation,
  type RegressionEvaluation,
} from '@switchyard/training';
import { forestContract } from './forest-contract.ts';
import { importanceFiles } from './importance-files.ts';
import { hyperparameters, type TrainerValues } from './train-parameters.ts';

export type Published = { readonly artifact: Artifact; readonly evaluation: Evaluation | RegressionEvaluation };

/** Tests a forest and publishes it, with the report of how it did and a drawing of what it looks at. @throws ArtifactError */
export async function publishForest(
  { forest, importances, permutation, oob }: Training & { readonly permutation?: PermutationImportances | undefined },
  { train, test }: Split,
  values: TrainerValues,
  producer: string,
): Promise<Published> {
  const { evaluation, drawing } = testForest(forest, test);
  const { targets, classNames, ...facts } = train;
  const artifact = await publishModel({
    store: values.store,
    name: values.name,
    format: 'switchyard-forest',
    files: {
      'forest.bin': encodeForest(forest),
      ...categoryFile(train),
      ...importanceFiles(importances, permutation, train),
      ...drawing,
    },
    ...forestContract(train, values.missing === 'train'),
    hyperparameters: hyperparameters(values),
    seed: values.seed,
    dataset: targets ? facts : { ...facts, classNames },
    evaluation,
    ...(oob && { metrics: { [targets ? 'oob-r2' : 'oob-accuracy']: oob.score, 'oob-rows': oob.rows } }),
    producer,
  });
  return { artifact, evaluation };
}

function testForest(forest: Forest, { features, rows, labels, targets, classNames }: Dataset) {
  const predictor = forestPredictor(forest);
  if (!targets) return { evaluation: evaluate(labels, predictor.predict(features, rows), classNames), drawing: {} };
  const predicted = new Float64Array(rows);
  predictor.predictValues(features, rows, predicted);
  return {
    evaluation: evaluateRegression(targets, predicted),
    drawing: { 'report/predicted.svg': text(regressionSvg(targets, predicted)) },
  };
}

/** Which word each number of a categorical column stands for, where clients must know it. */
function categoryFile({ categories, columnNames }: Dataset): Record<string, Uint8Array> {
  if (!categories) return {};
  const words = Object.fromEntries(categories.map(({ column, words }) => [columnNames?.[column] ?? column, words]));
  return { 'categories.json': text(`${JSON.stringify(words)}\n`) };
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
