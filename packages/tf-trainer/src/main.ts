#!/usr/bin/env node
import { ArtifactError } from '@switchyard/artifact';
import { runComponent, type Values } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { TensorFlowError } from '@switchyard/tensorflow';
import { progressReporter, reportOutcome, stopSignal, takeConfigFile, takeImport } from '@switchyard/training';
import { importModel } from './import-model.ts';
import { importSettings } from './import-settings.ts';
import { producer } from './producer.ts';
import { settings } from './settings.ts';
import { train } from './train.ts';

const usage = `tf-trainer: trains a TensorFlow model and publishes it as an artifact.

  tf-trainer --data mnist --preset mlp --epochs 3 --store ./models
  tf-trainer --data photos --model ./my-model.ts --validation-split 0.1 --patience 3
  tf-trainer --config run.yaml --seed 7
  tf-trainer import FROM …   publishes a model that was made elsewhere; import --help has its settings`;

const importUsage = `tf-trainer import: publishes a SavedModel, or a model of ONNX or TensorFlow.js, that was made elsewhere.

  tf-trainer import ./exported --name wine --class-names red,white
  tf-trainer import ./wine.onnx --name wine --column-names acid,sugar,alcohol
  tf-trainer import ./tfjs/model.json --name digits --range 0..1 --scale 255`;

async function publishImported(values: Values<typeof importSettings>): Promise<void> {
  const start = performance.now();
  reportOutcome(await importModel(values, producer), undefined, (performance.now() - start) / 1000);
}

if (takeImport('from')) {
  await runComponent(importUsage, importSettings, publishImported, [ArtifactError, TensorFlowError]);
} else if (takeConfigFile(settings)) {
  await runComponent(
    usage,
    settings,
    async (values) => {
      const start = performance.now();
      const { artifact, evaluation } = await train(values, progressReporter('tf-trainer'), stopSignal());
      reportOutcome(artifact, evaluation, (performance.now() - start) / 1000);
    },
    [ArtifactError, DatasetError, TensorFlowError],
  );
}
