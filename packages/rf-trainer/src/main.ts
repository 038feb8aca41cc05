#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { ArtifactError } from '@switchyard/artifact';
import { runComponent, type Values } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { encodeForest, ForestError, forestPredictor } from '@switchyard/forest';
import { evaluate, loadSplit, progressReporter, publishModel, reportOutcome, stopSignal } from '@switchyard/training';
import { growForest } from './grow-forest.ts';
import { settings } from './settings.ts';
import { forestContract } from './forest-contract.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

async function main(values: Values<typeof settings>): Promise<void> {
  const started = performance.now();
  const report = progressReporter('rf-trainer');
  const signal = stopSignal();
  const { train, test } = await loadSplit(values);
  const { forest, hyperparameters } = await growForest(train, values, report, signal);
  const evaluation = evaluate(test.labels, forestPredictor(forest).predict(test.features, test.rows), train.classNames);
  const artifact = await publishModel({
    store: values.store,
    name: values.name,
    format: 'switchyard-forest',
    files: { 'forest.bin': encodeForest(forest) },
    ...forestContract(train),
    hyperparameters,
    seed: values.seed,
    dataset: train,
    evaluation,
    producer: `rf-trainer@${version}`,
  });
  reportOutcome(artifact, evaluation, (performance.now() - started) / 1000);
}

await runComponent('rf-trainer: trains a random forest and publishes it as a model artifact.', settings, main, [
  ArtifactError,
  DatasetError,
  ForestError,
]);
