import { existsSync } from 'node:fs';
import { open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Progress } from '@switchyard/training';
import { idxHead, writePatterns } from './test/patterns.ts';
import { runTrainer } from './test/run-trainer.ts';
import { scratch } from './test/scratch.ts';
import { train } from './train.ts';

const { folder, values } = await scratch();
const never = new AbortController().signal;
const disk = ['--memory-mb', '0'];

describe('rows that stay on the disk', () => {
  const flags = ['--preset', 'mlp', '--steps', '250', '--batch-size', '40', '--learning-rate', '0.01', '--hidden-units', '16'];

  test('are learnt from as well as those in memory, and the artifact says the same of them', async () => {
    const data = await writePatterns(folder, 900);
    const more = ['--class-weight', 'balanced', '--validation-split', '0.2'];
    const told: Progress[] = [];
    const [memory, onDisk] = [
      await train(values('--data', data, ...flags, ...more), () => {}, never),
      await train(values('--data', data, ...flags, ...more, ...disk), (progress) => told.push(progress), never),
    ];
    expect(onDisk.artifact.manifest.dataset).toEqual(memory.artifact.manifest.dataset);
    expect(onDisk.artifact.manifest.signature).toEqual(memory.artifact.manifest.signature);
    for (const { artifact } of [memory, onDisk]) {
      expect(artifact.manifest.metrics['accuracy']).toBeGreaterThan(0.95);
      expect(artifact.manifest.metrics['validation-accuracy']).toBeGreaterThan(0.95);
    }
    expect(memory.artifact.manifest.hyperparameters).not.toHaveProperty('shuffleMb');
    expect(onDisk.artifact.manifest.hyperparameters['shuffleMb']).toBe(1);
    expect(told[0]).toMatchObject({ phase: 'reading', detail: 'rows of 1 MiB exceed --memory-mb 0: they stay on the disk' });
    expect(told.at(-1)?.detail).toMatch(/, input waits \d+\.\d %$/);
  });

  test('of a table are standardised by the very same numbers, of classes and of numbers to predict', async () => {
    const file = join(folder, 'houses.csv');
    const rows = Array.from(
      { length: 400 },
      (_, row) => `${row % 20},${((row * 7) % 5) / 3},${((row % 20) * 3 - ((row * 7) % 5)) * 1000 + 250_000}`,
    );
    await writeFile(file, `rooms,storey,price\n${rows.join('\n')}\n`);
    const regression = ['--data', file, '--task', 'regression', '--preset', 'linear', '--epochs', '100', '--learning-rate', '0.05'];
    const classes = ['--data', file, '--label-column', 'rooms', '--steps', '30'];
    for (const each of [regression, classes]) {
      const [memory, onDisk] = [await train(values(...each), () => {}, never), await train(values(...each, ...disk), () => {}, never)];
      expect(onDisk.artifact.manifest.dataset).toEqual(memory.artifact.manifest.dataset);
      expect(onDisk.artifact.manifest.scaling).toEqual(memory.artifact.manifest.scaling);
      if (each === regression) expect(onDisk.artifact.manifest.metrics['r2']).toBeGreaterThan(0.99);
    }
    expect(await readdir(join(values().store, '.trainings', values().name))).toEqual([]); // converted rows are gone with the training
  });

  test('that are too wide to be shuffled are refused with both sizes', async () => {
    const data = await writeZeros('wide', 8, 1000 * 600);
    await expect(train(values('--data', data, '--steps', '2', ...disk), () => {}, never)).rejects.toThrow(
      'wide-images: two rows of 600012 bytes do not fit into 1048576 bytes to shuffle in',
    );
  });
});

test.runIf(existsSync('/proc/self/status'))('memory stays flat on data many times as large', async () => {
  const flags = ['--store', values().store, '--steps', '200', '--batch-size', '100', '--memory-mb', '16', '--no-resume'];
  const small = await runTrainer([...flags, '--name', 'small', '--data', await writeZeros('small', 30_000, 1000)]);
  const large = await runTrainer([...flags, '--name', 'large', '--data', await writeZeros('large', 240_000, 1000)]);
  for (const each of [small, large]) expect(each).toMatchObject({ code: 0, stderr: '' });
  expect(large.progress[0]?.detail).toBe('rows of 229 MiB exceed --memory-mb 16: they stay on the disk');
  expect(small.progress[0]?.detail).toBe('rows of 29 MiB exceed --memory-mb 16: they stay on the disk');
  expect(large.peakMb).toBeGreaterThan(50);
  expect(large.peakMb - small.peakMb).toBeLessThan(100); // of 200 MiB more: labels, orders, and what no garbage collector has taken yet
});

/** Black images of two classes: a file with a hole costs no room. */
async function writeZeros(name: string, rows: number, width: number): Promise<string> {
  const [images, labels] = [join(folder, `${name}-images`), join(folder, `${name}-labels`)];
  await using file = await open(images, 'w');
  const head = idxHead(rows, width);
  await file.write(head);
  await file.truncate(head.length + rows * width);
  await writeFile(labels, Buffer.concat([idxHead(rows), Uint8Array.from({ length: rows }, (_, row) => row % 2)]));
  return `${images},${labels}`;
}
