import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDigest, openStore } from '@switchyard/artifact';
import { decodeForest, forestPredictor } from '@switchyard/forest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTrainer } from './test/trainer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rf-trainer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Flowers that differ by their numbers: a table as users bring it. */
async function writeTable(): Promise<string> {
  const file = join(folder, 'flowers.csv');
  const rows = Array.from({ length: 300 }, (_, row) => {
    const kind = row % 3;
    const noise = (Math.sin(row * 12.9898) * 43_758.5453) % 1;
    return `${(kind * 1.5 + noise).toFixed(4)},${(noise * 3).toFixed(4)},${['rose', 'tulip', 'lily'][kind]}`;
  });
  await writeFile(file, `length,width,species\n${rows.join('\n')}\n`);
  return file;
}

describe('rf-trainer', () => {
  test('trains thirty trees on the whole of MNIST and publishes them', async () => {
    const store = join(folder, 'digits');
    const { code, stdout, stderr, phases, trained } = await runTrainer(['--store', store, '--name', 'mnist-forest']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(phases[0]).toBe('trees 0/30');
    expect(phases.at(-1)).toBe('trees 30/30');
    expect(trained).toMatchObject({ name: 'mnist-forest', version: '1' });
    expect(trained!.accuracy).toBeGreaterThanOrEqual(0.96);
    expect(stdout).toContain(trained!.report);
    expect(stdout).toContain(trained!.confusion);
    expect(trained!.report).toMatch(/weighted avg +0\.9[67] +0\.9[67] +0\.9[67] +10000\n/);

    const artifact = await openStore(store).open({ name: 'mnist-forest' });
    expect(artifact.manifest).toMatchObject({
      format: 'switchyard-forest',
      scaling: { scale: 255, offset: 0 },
      metrics: { accuracy: trained!.accuracy, 'test-rows': 10_000 },
      hyperparameters: { nEstimators: 30, maxFeatures: 'sqrt', bootstrap: true },
      dataset: { name: 'mnist', rows: 60_000 },
      producer: expect.stringMatching(/^rf-trainer@\d/),
    });
    expect(decodeForest(await artifact.read('forest.bin')).trees).toHaveLength(30);
  });

  test('a table trains as well, and the same seed gives the same model, on any number of threads', async () => {
    const [store, data] = [join(folder, 'flowers'), await writeTable()];
    const train = (...flags: string[]) =>
      runTrainer(['--store', store, '--name', 'flowers', '--data', data, '--n-estimators', '12', ...flags]);
    const { code, trained } = await train('--threads', '1', '--test-fraction', '0.3');
    expect(code).toBe(0);
    expect(trained!.accuracy).toBeGreaterThan(0.6);
    await train('--threads', '2', '--test-fraction', '0.3');
    await train('--threads', '2', '--test-fraction', '0.3', '--seed', '1', '--max-depth', '2');

    const models = openStore(store);
    const [first, again, other] = await Promise.all(['1', '2', '3'].map((version) => models.open({ name: 'flowers', version })));
    expect(contentDigest(again!.manifest)).toBe(contentDigest(first!.manifest));
    expect(contentDigest(other!.manifest)).not.toBe(contentDigest(first!.manifest));
    expect(first!.manifest.signature.inputs).toEqual([{ name: 'x', datatype: 'FP64', shape: [-1, 2], columns: ['length', 'width'] }]);
    expect(first!.manifest.classNames).toEqual(['lily', 'rose', 'tulip']);
    expect(other!.manifest.hyperparameters).toMatchObject({ maxDepth: 2 });
    const forest = decodeForest(await first!.read('forest.bin'));
    expect(forestPredictor(forest).predict(Float64Array.of(3, 0), 1)[0]).toBe(0); // a lily
  });

  test('ends when it is told to, and publishes nothing', async () => {
    const store = join(folder, 'stopped');
    let told = false;
    const { code, stderr, trained } = await runTrainer(['--store', store, '--n-estimators', '3000'], (end) => {
      if (!told) end('SIGTERM');
      told = true;
    });
    expect({ code, stderr, trained }).toEqual({ code: 1, stderr: 'stopped before the end: SIGTERM\n', trained: undefined });
    expect(await openStore(store).models()).toEqual([]);
  });

  test.each([
    [['--n-estimators', '0'], 2, /--n-estimators "0"/],
    [['--max-features', 'most'], 2, /--max-features "most": it is "sqrt", "log2", "all" or a number from 1/],
    [['--max-features', '800'], 1, /^maxFeatures is 800; it is a whole number from 1 to 784\n$/],
    [['--data', '/nowhere/at-all.csv'], 1, /\/nowhere\/at-all\.csv/],
  ])('says what is wrong with %j, without a stack', async (flags, expected, message) => {
    const { code, stderr } = await runTrainer(['--store', join(folder, 'none'), ...flags]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(expected);
  });
});
