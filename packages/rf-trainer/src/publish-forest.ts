import type { Artifact } from '@switchyard/artifact';
import type { Dataset, Split } from '@switchyard/dataset';
import { encodeForest, forestPredictor, type Forest, type Training } from '@switchyard/forest';
import {
  evaluate,
  evaluateRegression,
  importancesSvg,
  publishModel,
  regressionSvg,
  type Evaluation,
  type RegressionEvaluation,
} from '@switchyard/training';
import { forestContract } from './forest-contract.ts';
import { hyperparameters, type TrainerValues } from './train-parameters.ts';

export type Published = { readonly artifact: Artifact; readonly evaluation: Evaluation | RegressionEvaluation };

/** Tests a forest and publishes it, with the report of how it did and a drawing of what it looks at. @throws ArtifactError */
export async function publishForest(
  { forest, importances, oob }: Training,
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
    files: { 'forest.bin': encodeForest(forest), ...importanceFiles(importances, train), ...drawing },
    ...forestContract(train),
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

function importanceFiles(importances: Float64Array, { shape, columnNames }: Dataset): Record<string, Uint8Array> {
  const numbers = Array.from(importances);
  const named = columnNames ? Object.fromEntries(columnNames.map((name, column) => [name, numbers[column]])) : numbers;
  return {
    'report/importances.json': text(`${JSON.stringify(named)}\n`),
    'report/importances.svg': text(importancesSvg(importances, shape, columnNames)),
  };
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
