#!/usr/bin/env node
import { ArtifactError } from '@switchyard/artifact';
import { runComponent } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { TensorFlowError } from '@switchyard/tensorflow';
import { progressReporter, reportOutcome, stopSignal, takeConfigFile } from '@switchyard/training';
import { settings } from './settings.ts';
import { train } from './train.ts';

const usage = `tf-trainer: trains a TensorFlow model and publishes it as an artifact.

  tf-trainer --data mnist --preset mlp --epochs 3 --store ./models
  tf-trainer --data photos --model ./my-model.ts --validation-split 0.1 --patience 3
  tf-trainer --config run.yaml --seed 7`;

if (takeConfigFile(settings)) {
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
