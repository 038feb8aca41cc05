#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { ArtifactError } from '@switchyard/artifact';
import { runComponent, type Values } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { ForestError } from '@switchyard/forest';
import { progressReporter, reportOutcome, stopSignal, takeConfigFile, takeImport } from '@switchyard/training';
import { importForest } from './import-forest.ts';
import { importSettings } from './import-settings.ts';
import { settings } from './settings.ts';
import type { TrainerValues } from './train-parameters.ts';
import { train } from './train.ts';

const usage = `rf-trainer: trains a random forest and publishes it as a model artifact.

  rf-trainer --data digits.csv --n-estimators 100
  rf-trainer --shard 0/3 …   one of three shards, on this machine or another
  rf-trainer merge …         publishes what the shards have grown
  rf-trainer import FILE …   publishes a model that was trained elsewhere; import --help has its settings`;

const importUsage = `rf-trainer import: publishes a model of trees that was trained elsewhere.

  rf-trainer import model.onnx --name wine --class-names red,white`;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const producer = `rf-trainer@${version}`;
if (process.argv[2] === 'merge') process.argv[2] = '--merge';

async function main(values: TrainerValues): Promise<void> {
  const started = performance.now();
  const tell = (words: string): void => void process.stderr.write(`rf-trainer: ${words}\n`);
  const outcome = await train(values, { producer, report: progressReporter('rf-trainer'), tell, signal: stopSignal() });
  if ('artifact' in outcome) reportOutcome(outcome.artifact, outcome.evaluation, (performance.now() - started) / 1000);
  else process.stdout.write(`shard ${values.shard!.index}/${values.shard!.of}: ${outcome.trees} trees in ${outcome.directory}\n`);
}

async function importModel(values: Values<typeof importSettings>): Promise<void> {
  const started = performance.now();
  reportOutcome(await importForest(values, producer), undefined, (performance.now() - started) / 1000);
}

if (takeImport('file')) {
  await runComponent(importUsage, importSettings, importModel, [ArtifactError]);
} else if (takeConfigFile(settings)) {
  await runComponent(usage, settings, main, [ArtifactError, DatasetError, ForestError]);
}
