import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contentDigest, type Artifact } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import { createRandom, loadDataset, selectRows, shuffledOrder } from '@switchyard/dataset';
import { loadLayersModel, openTensorFlow, type Tensor } from '@switchyard/tensorflow';
import type { History } from './history.ts';
import { streams } from './seeded.ts';
import { writePatterns } from './test/patterns.ts';
import { scratch } from './test/scratch.ts';
import { train } from './train.ts';

const { folder, values } = await scratch();
const never = new AbortController().signal;
const run = async (...flags: string[]) => {
  const { artifact, evaluation } = await train(values(...flags), () => {}, never);
  if (evaluation.task !== 'classification') throw new Error('a regression came of it');
  return { artifact, evaluation };
};

const modelFiles = async ({ manifest, read }: Artifact) => {
  const paths = Object.keys(manifest.files).filter((path) => path.startsWith('tfjs/'));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
};

describe('on the digits of MNIST', () => {
  test('the softmax preset reaches the accuracy of the system that it re-creates, and leaves no tensor behind', async () => {
    const { tf } = await openTensorFlow();
    const before = tf.memory().numTensors;
    const { artifact, evaluation } = await run('--name', 'digits');
    expect(tf.memory().numTensors).toBe(before);
    expect(evaluation.rows).toBe(10_000);
    expect(evaluation.accuracy).toBeGreaterThanOrEqual(0.905);
    expect(artifact.manifest).toMatchObject({
      format: 'tfjs-layers',
      signature: {
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 784], range: { min: 0, max: 1 } }],
        outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10] }],
      },
      hyperparameters: { preset: 'softmax', steps: 1000, batchSize: 100, optimizer: 'sgd', learningRate: 0.5 },
      metrics: { accuracy: evaluation.accuracy },
      dataset: { name: 'mnist', rows: 60_000 },
    });
    expect(artifact.manifest.scaling).toBeUndefined(); // it is trained on what clients send
    expect(artifact.manifest.hyperparameters).not.toHaveProperty('hiddenUnits');
  });
});

describe('on small images', () => {
  test('the mlp preset learns what the rows have to say', async () => {
    const data = await writePatterns(folder, 900);
    const { artifact, evaluation } = await run(
      '--data',
      data,
      '--preset',
      'mlp',
      '--steps',
      '250',
      '--batch-size',
      '40',
      '--learning-rate',
      '0.01',
      '--hidden-units',
      '16',
    );
    expect(evaluation.accuracy).toBeGreaterThan(0.95);
    expect(artifact.manifest.hyperparameters).toMatchObject({ preset: 'mlp', optimizer: 'adam', hiddenUnits: 16 });
  });

  test('the same seed gives the same bytes, and another seed others', async () => {
    const short = ['--data', await writePatterns(folder, 300), '--preset', 'mlp', '--steps', '20', '--hidden-units', '16'];
    const digests: string[] = [];
    for (const seed of ['5', '5', '6']) digests.push(contentDigest((await run(...short, '--seed', seed)).artifact.manifest));
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  test('a training that gets no better ends early, with the weights of its best epoch; its history is in the artifact', async () => {
    const data = join(folder, 'noise.csv');
    const random = createRandom(1);
    const rows = Array.from({ length: 200 }, () => [random(), random(), random(), random() % 2 ? 'odd' : 'even'].join(','));
    await writeFile(data, `${rows.join('\n')}\n`); // nothing to learn, so what is learnt is no good
    const flags = ['--preset', 'mlp', '--epochs', '400', '--batch-size', '20', '--learning-rate', '0.03'];
    const { artifact } = await run('--data', data, ...flags, '--validation-split', '0.25', '--patience', '3');
    const { hyperparameters, metrics, files } = artifact.manifest;
    expect(hyperparameters).toMatchObject({ validationSplit: 0.25, patience: 3, monitor: 'loss', restoreBest: true, steps: 2400 });
    const history = JSON.parse(Buffer.from(await artifact.read('report/history.json')).toString()) as History;
    const losses = history.validation.map(({ loss }) => loss);
    expect(losses.indexOf(Math.min(...losses))).toBe(losses.length - 4);
    expect(metrics['steps']).toBe(history.training.at(-1)?.step);
    expect(metrics['steps']).toBeLessThan(2400);
    expect(metrics['best-step']).toBe(history.validation.at(-4)?.step);
    expect(metrics['validation-loss']).toBe(Math.min(...losses));
    expect(Object.keys(files)).toContain('report/learning-curve.svg');
    expect(await lossOfValidation(artifact, data)).toBeCloseTo(Math.min(...losses), 4);
  });

  test('classes that weigh nothing are not learnt', async () => {
    const data = await writePatterns(folder, 600);
    const { evaluation } = await run('--data', data, '--preset', 'mlp', '--steps', '150', '--batch-size', '40', '--class-weight', '1,1,0');
    const [standing, lying, crossed] = evaluation.classes;
    expect(Math.min(standing!.recall, lying!.recall)).toBeGreaterThan(0.9);
    expect(crossed!.recall).toBe(0);
  });

  async function lossOfValidation(artifact: Artifact, source: string): Promise<number> {
    const { tf } = await openTensorFlow();
    const { train: rows } = await loadDataset(source);
    const kept = selectRows(rows, shuffledOrder(rows.rows, 0, streams.validation).slice(0, Math.round(rows.rows * 0.25)));
    const model = await loadLayersModel(await modelFiles(artifact));
    const { scale, offset } = artifact.manifest.scaling as { scale: number[]; offset: number[] };
    const sent = Float32Array.from(kept.features, (value: number, at) => value * scale[at % 3]! + offset[at % 3]!);
    const answers = tf.tidy(() => (model.predict(tf.tensor2d(sent, [kept.rows, 3])) as Tensor).dataSync());
    const loss = Array.from(kept.labels).reduce((sum, label, row) => sum - Math.log(answers[row * 2 + label]!), 0) / kept.rows;
    model.dispose();
    return loss;
  }
});

describe('on a table', () => {
  const file = join(folder, 'sizes.csv');

  /** Two classes whose columns differ by factors of a million: hopeless unless standardised. */
  async function table(): Promise<string> {
    const rows = Array.from({ length: 200 }, (_, row) => {
      const large = row % 2 === 0;
      return `${1e6 + (large ? 900 : 100) + (row % 7) * 10},${(large ? -1e-4 : 1e-4) + (row % 5) * 1e-5},7,${large ? 'large' : 'small'}`;
    });
    await writeFile(file, `weight,drift,unit,size\n${rows.join('\n')}\n`);
    return file;
  }

  test('the artifact states the very scaling that the model was trained with', async () => {
    const source = await table();
    const { artifact, evaluation } = await run('--data', source, '--steps', '60');
    expect(evaluation.accuracy).toBe(1);
    const { inputs, outputs } = artifact.manifest.signature;
    expect(inputs[0]).toEqual({ name: 'x', datatype: 'FP32', shape: [-1, 3], columns: ['weight', 'drift', 'unit'] });
    expect(outputs[0]?.columns).toEqual(['large', 'small']);
    expect(await accuracyAsServed(artifact, source)).toBe(1);
  });

  async function accuracyAsServed(artifact: Artifact, source: string): Promise<number> {
    const { tf } = await openTensorFlow();
    const { test: rows } = await loadDataset(source);
    const { scale, offset } = artifact.manifest.scaling as { scale: number[]; offset: number[] };
    const model = await loadLayersModel(await modelFiles(artifact));
    const sent = Float32Array.from(rows.features, (value: number, index) => value * scale[index % 3]! + offset[index % 3]!);
    const predicted = tf.tidy(() => tf.argMax(model.predict(tf.tensor2d(sent, [rows.rows, 3])) as Tensor, 1).dataSync()) as Int32Array;
    model.dispose();
    return Array.from(rows.labels).filter((label, row) => label === predicted[row]).length / rows.rows;
  }

  test('the linear preset learns it, too, for as many epochs as are its own', async () => {
    const { artifact, evaluation } = await run(
      '--data',
      await table(),
      '--preset',
      'linear',
      '--learning-rate',
      '0.1',
      '--batch-size',
      '10',
    );
    expect(evaluation.accuracy).toBe(1);
    expect(artifact.manifest.hyperparameters).toMatchObject({ preset: 'linear', optimizer: 'adam', steps: 80 });
  });

  test('epochs are as many steps as it takes to see every row', async () => {
    const { artifact } = await run('--data', await table(), '--epochs', '2', '--batch-size', '70');
    expect(artifact.manifest.dataset.rows).toBe(160);
    expect(artifact.manifest.hyperparameters).toMatchObject({ steps: 6, batchSize: 70 });
  });

  test('numbers are predicted in their own unit', async () => {
    const file = join(folder, 'houses.csv');
    const rows = Array.from(
      { length: 400 },
      (_, row) => `${row % 20},${(row * 7) % 5},${((row % 20) * 3 - ((row * 7) % 5)) * 1000 + 250_000}`,
    );
    await writeFile(file, `rooms,storey,price\n${rows.join('\n')}\n`);
    const flags = ['--data', file, '--task', 'regression', '--preset', 'linear', '--epochs', '100', '--learning-rate', '0.05'];
    const { artifact, evaluation } = await train(values(...flags), () => {}, never);
    expect(evaluation).toMatchObject({ task: 'regression', rows: 80 });
    expect(artifact.manifest.metrics['r2']).toBeGreaterThan(0.99);
    expect(artifact.manifest.metrics['mae']).toBeLessThan(500);
    expect(artifact.manifest.signature.outputs).toEqual([{ name: 'value', datatype: 'FP32', shape: [-1, 1], columns: ['price'] }]);
    expect(artifact.manifest.classNames).toBeUndefined();
    expect(Object.keys(artifact.manifest.files)).toEqual(expect.arrayContaining(['report/regression.txt', 'report/predicted.svg']));
  });

  test('a table of one class is refused', async () => {
    const single = join(folder, 'one.csv');
    await writeFile(single, 'x,label\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n');
    await expect(run('--data', single)).rejects.toThrow('one class, "a": nothing to learn');
  });
});

describe('what cannot be done is said in words', () => {
  test.each([
    [['--steps', '5', '--epochs', '1'], '--steps 5 and --epochs 1: give one of them'],
    [['--preset', 'mlp', '--model', 'my-model.ts'], '--preset mlp and --model my-model.ts: give one of them'],
    [['--patience', '3'], '--patience 3 wants rows to judge by: give --validation-split, such as 0.1'],
    [['--decay-steps', '3', '--schedule', 'cosine'], '--decay-steps 3: the schedule "cosine" has none'],
    [['--class-weight', '1,2'], '--class-weight has 2 weights; the data has 3 classes: 0, 1, 2'],
    [['--hidden-units', '5'], '--hidden-units 5: preset "softmax" has no hidden layer'],
    [['--learning-rate', '1e38', '--steps', '50'], 'a smaller --learning-rate may help'],
  ])('%j', async (flags, message) => {
    const { tf } = await openTensorFlow();
    const before = tf.memory().numTensors;
    const error: unknown = await run('--data', await writePatterns(folder, 300), ...flags).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('it ends when it is told to', async () => {
    const controller = new AbortController();
    const told = new Error('stop');
    await expect(
      train(
        values('--data', await writePatterns(folder, 300), '--steps', '1000000', '--no-resume'),
        ({ done }) => done > 50 && controller.abort(told),
        controller.signal,
      ),
    ).rejects.toBe(told);
  });
});
