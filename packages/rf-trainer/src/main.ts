#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { ArtifactError } from '@switchyard/artifact';
import { runComponent, UserError, type Values } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { ForestError } from '@switchyard/forest';
import { loadSplit, progressReporter, reportOutcome, stopSignal } from '@switchyard/training';
import { growForest, mergeForest } from './grow-forest.ts';
import { importForest } from './import-forest.ts';
import { importSettings } from './import-settings.ts';
import { trainWithLibrary } from './library-engine.ts';
import { publishForest } from './publish-forest.ts';
import { settings } from './settings.ts';
import { labelledRows, type TrainerValues } from './train-parameters.ts';
import { workFolder } from './work-folder.ts';

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
  const merging = values.merge;
  if (merging && values.shard) throw new UserError('merge takes all shards; --shard is for growing one');
  const signal = stopSignal();
  const split = await loadSplit(values, values.task === 'regression' ? 'number' : 'class');
  const rows = labelledRows(split.train, values);
  const report = progressReporter('rf-trainer');
  if (values.engine === 'ml-random-forest') {
    const tell = (words: string): void => void process.stderr.write(`rf-trainer: ${words}\n`);
    const grown = await trainWithLibrary(rows, values, { report, signal, tell });
    const { artifact, evaluation } = await publishForest(grown, split, values, producer);
    return reportOutcome(artifact, evaluation, (performance.now() - started) / 1000);
  }
  const folder = workFolder(split.train, rows, merging ? { ...values, resume: true } : values, producer);
  if (merging && !folder) throw new UserError(`${values.store} is no folder: merge needs --work, the folder of the shards`);
  const consume = split.train.features.buffer !== split.test.features.buffer; // the test's rows are read again
  const grown = merging
    ? await mergeForest(rows, values, folder!, signal)
    : await growForest(rows, values, { folder, consume, report, signal });
  if (values.shard) {
    const { index, of } = values.shard;
    process.stdout.write(`shard ${index}/${of}: ${grown.forest.trees.length} trees in ${folder!.directory}\n`);
    return;
  }
  const { artifact, evaluation } = await publishForest(grown, split, values, producer);
  await folder?.remove();
  reportOutcome(artifact, evaluation, (performance.now() - started) / 1000);
}

async function importModel(values: Values<typeof importSettings>): Promise<void> {
  const started = performance.now();
  reportOutcome(await importForest(values, producer), undefined, (performance.now() - started) / 1000);
}

if (process.argv[2] === 'import') {
  const file = process.argv[3]?.startsWith('-') === false ? process.argv[3] : undefined;
  process.argv.splice(2, file === undefined ? 1 : 2, ...(file === undefined ? [] : [`--file=${file}`]));
  await runComponent(importUsage, importSettings, importModel, [ArtifactError]);
} else {
  await runComponent(usage, settings, main, [ArtifactError, DatasetError, ForestError]);
}
