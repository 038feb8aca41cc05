import { beforeAll, expect, test } from 'vitest';
import { loadDataset, type Dataset } from '@switchyard/dataset';
import { openTensorFlow } from '@switchyard/tensorflow';
import type { Progress } from '@switchyard/training';
import { fit } from './fit.ts';
import { inputOf } from './input.ts';
import { optimizers } from './optimizer.ts';
import { presets } from './preset.ts';

let train: Dataset;

beforeAll(async () => void ({ train } = await loadDataset('mnist')));

test.each(Object.keys(optimizers) as (keyof typeof optimizers)[])(
  '%s learns, and holds as many tensors at its last step as at its second',
  async (name) => {
    const { tf } = await openTensorFlow();
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    const classifier = presets.mlp.build(tf, { inputs: 784, classes: 10, hiddenUnits: 8, seed: 0 });
    const optimizer = optimizers[name](tf, 0.02);
    const alive: number[] = [];
    const told: Progress[] = [];
    const report = (progress: Progress) => {
      alive.push(tf.memory().numTensors);
      told.push(progress);
    };
    const options = { steps: 60, batchSize: 50, seed: 0, optimizer, report, signal: new AbortController().signal };
    const loss = await fit(tf, classifier, train, inputOf(train), options);
    expect(loss).toBeLessThan(2.2); // ten classes by chance: ln 10 = 2.303
    expect(new Set(alive.slice(1)).size).toBe(1);
    expect(told.at(-1)).toMatchObject({ phase: 'training', done: 60, total: 60 });
    expect(told.at(-1)?.detail).toMatch(/^loss \d\.\d{3}, \d+ samples\/s$/);
    optimizer.dispose();
    classifier.model.dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  },
);
