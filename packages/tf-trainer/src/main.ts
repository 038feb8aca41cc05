#!/usr/bin/env node
import { ArtifactError } from '@switchyard/artifact';
import { runComponent, type UserError } from '@switchyard/config';
import { DatasetError } from '@switchyard/dataset';
import { TensorFlowError } from '@switchyard/tensorflow';
import { progressReporter, reportOutcome, stopSignal, withConfigFile } from '@switchyard/training';
import { settings } from './settings.ts';
import { train } from './train.ts';

const usage = `tf-trainer: trains a TensorFlow model and publishes it as an artifact.

  tf-trainer --data mnist --preset mlp --epochs 3 --store ./models
  tf-trainer --data photos --model ./my-model.ts --validation-split 0.1 --patience 3
  tf-trainer --config run.yaml --seed 7`;

/** The settings of a file come as flags in front of those that are given. */
function readConfigFile(): boolean {
  try {
    process.argv.splice(2, Infinity, ...withConfigFile(settings, process.argv.slice(2)));
    return true;
  } catch (error) {
    process.stderr.write(`${(error as UserError).message}\n`);
    process.exitCode = 2;
    return false;
  }
}

if (readConfigFile()) {
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
