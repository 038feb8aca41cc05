import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contentDigest, type Artifact } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import { loadDataset } from '@switchyard/dataset';
import { loadLayersModel, openTensorFlow, type Tensor } from '@switchyard/tensorflow';
import { scratch } from './test/scratch.ts';
import { train } from './train.ts';

const { folder, values } = await scratch();
const never = new AbortController().signal;
const run = (...flags: string[]) => train(values(...flags), () => {}, never);

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

  test('the mlp preset learns more from the same rows', async () => {
    const { artifact, evaluation } = await run('--preset', 'mlp', '--steps', '300', '--hidden-units', '16');
    expect(evaluation.accuracy).toBeGreaterThan(0.9);
    expect(artifact.manifest.hyperparameters).toMatchObject({ preset: 'mlp', optimizer: 'adam', hiddenUnits: 16 });
  });

  test('the same seed gives the same bytes, and another seed others', async () => {
    const short = ['--preset', 'mlp', '--steps', '20', '--hidden-units', '16'];
    const digests: string[] = [];
    for (const seed of ['5', '5', '6']) digests.push(contentDigest((await run(...short, '--seed', seed)).artifact.manifest));
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });
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
    const paths = Object.keys(artifact.manifest.files);
    const model = await loadLayersModel(
      Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await artifact.read(path)]))),
    );
    const sent = Float32Array.from(rows.features, (value: number, index) => value * scale[index % 3]! + offset[index % 3]!);
    const predicted = tf.tidy(() => tf.argMax(model.predict(tf.tensor2d(sent, [rows.rows, 3])) as Tensor, 1).dataSync()) as Int32Array;
    model.dispose();
    return Array.from(rows.labels).filter((label, row) => label === predicted[row]).length / rows.rows;
  }

  test('epochs are as many steps as it takes to see every row', async () => {
    const { artifact } = await run('--data', await table(), '--epochs', '2', '--batch-size', '70');
    expect(artifact.manifest.dataset.rows).toBe(160);
    expect(artifact.manifest.hyperparameters).toMatchObject({ steps: 6, batchSize: 70 });
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
    [['--hidden-units', '5'], '--hidden-units 5: preset "softmax" has no hidden layer'],
    [['--learning-rate', '1e38', '--steps', '50'], 'a smaller --learning-rate may help'],
  ])('%j', async (flags, message) => {
    const { tf } = await openTensorFlow();
    const before = tf.memory().numTensors;
    const error: unknown = await run(...flags).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('it ends when it is told to', async () => {
    const controller = new AbortController();
    const told = new Error('stop');
    await expect(train(values('--steps', '1000000'), ({ done }) => done > 50 && controller.abort(told), controller.signal)).rejects.toBe(
      told,
    );
  });
});
