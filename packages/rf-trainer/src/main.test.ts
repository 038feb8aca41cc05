import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
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

/** What is left of the trees that were kept. */
const keptIn = (store: string, name: string): Promise<string[]> =>
  readdir(join(store, '.forests', name), { recursive: true }).catch(() => []);

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
      hyperparameters: { nEstimators: 30, criterion: 'gini', maxFeatures: 'sqrt', bootstrap: true, splitter: 'best' },
      dataset: { name: 'mnist', rows: 60_000 },
      producer: expect.stringMatching(/^rf-trainer@\d/),
    });
    expect(decodeForest(await artifact.read('forest.bin')).trees).toHaveLength(30);
    const words = new TextDecoder();
    expect(words.decode(await artifact.read('report/classification.txt'))).toBe(trained!.report);
    expect(words.decode(await artifact.read('report/confusion.svg'))).toContain('accuracy 0.9');
    const importances = JSON.parse(words.decode(await artifact.read('report/importances.json'))) as number[];
    expect(importances).toHaveLength(784);
    expect(importances.reduce((sum, each) => sum + each)).toBeCloseTo(1, 9);
    expect(words.decode(await artifact.read('report/importances.svg'))).toContain('28 × 28 pixels');
    expect(await keptIn(store, 'mnist-forest')).toEqual([]); // no trees are left over
  }, 120_000);

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

  test('shards, on either engine, are merged to the very model of one process', async () => {
    const [store, data] = [join(folder, 'sharded'), await writeTable()];
    const flags = ['--store', store, '--data', data, '--n-estimators', '10', '--oob-score', '--seed', '3'];
    const shard = (index: number, ...more: string[]) => runTrainer([...flags, '--name', 'parts', '--shard', `${index}/3`, ...more]);
    const merge = (...more: string[]) => runTrainer(['merge', ...flags, '--name', 'parts', ...more]);
    const [first, last] = await Promise.all([shard(0, '--engine', 'typescript'), shard(2, '--engine', 'wasm')]);
    expect([first.stdout, last.stdout]).toEqual([
      expect.stringMatching(/^shard 0\/3: 4 trees in /),
      expect.stringMatching(/^shard 2\/3: 3 trees/),
    ]);

    const [early, foreign] = await Promise.all([merge(), merge('--min-samples-leaf', '2')]);
    expect({ code: early.code, stderr: early.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^trees 4–6 of 10 are missing in .*: grow their shards first\n$/),
    });
    expect(foreign.stderr).toMatch(/no trees of this data and these parameters .*which do not fit:\n.*"minSamplesLeaf":1/);
    await Promise.all([shard(1, '--threads', '1'), runTrainer([...flags, '--name', 'whole'])]);
    const merged = await merge();
    expect({ code: merged.code, stderr: merged.stderr }).toEqual({ code: 0, stderr: '' });

    const [whole, parts] = await Promise.all(['whole', 'parts'].map((name) => openStore(store).open({ name })));
    expect(parts!.manifest.files).toEqual(whole!.manifest.files);
    expect(contentDigest(parts!.manifest)).toBe(contentDigest(whole!.manifest));
    expect(parts!.manifest.metrics['oob-accuracy']).toBeGreaterThan(0.5);
  }, 120_000);

  test('resumes from the trees of a training that was ended', async () => {
    const [store, data] = [join(folder, 'ended'), await writeTable()];
    const flags = ['--store', store, '--data', data, '--n-estimators', '3000', '--threads', '1'];
    let told = 0;
    const ended = await runTrainer([...flags, '--name', 'twice'], (end) => {
      if (++told === 3) end('SIGTERM');
    });
    expect(ended).toMatchObject({ code: 1, trained: undefined });
    expect((await keptIn(store, 'twice')).filter((file) => file.endsWith('.trees')).length).toBeGreaterThan(0);
    const [resumed] = await Promise.all([
      runTrainer([...flags, '--name', 'twice']),
      runTrainer([...flags, '--name', 'once', '--no-resume']),
    ]);
    expect(resumed.phases[0]).toMatch(/^trees [1-9]\d*\/3000$/);
    const [twice, once] = await Promise.all(['twice', 'once'].map((name) => openStore(store).open({ name })));
    expect(twice!.manifest.files).toEqual(once!.manifest.files);
    expect(await keptIn(store, 'twice')).toEqual([]);
    expect(await keptIn(store, 'once')).toEqual([]);
  }, 120_000);

  test('predicts numbers of a table', async () => {
    const [store, data] = [join(folder, 'houses'), join(folder, 'houses.csv')];
    const rows = Array.from({ length: 400 }, (_, row) => `${row % 20},${(row * 7) % 5},${(row % 20) * 3 - ((row * 7) % 5) + 0.25}`);
    await writeFile(data, `rooms,storey,price\n${rows.join('\n')}\n`);
    const flags = ['--store', store, '--name', 'houses', '--data', data, '--task', 'regression', '--oob-score'];
    const { code, stderr, trained } = await runTrainer(flags);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(trained!.headline).toMatch(/^R² (1\.00|0\.99)/);
    const { manifest, read } = await openStore(store).open({ name: 'houses' });
    expect(manifest.signature.outputs).toEqual([{ name: 'value', datatype: 'FP64', shape: [-1, 1], columns: ['price'] }]);
    expect(manifest.classNames).toBeUndefined();
    expect(manifest.hyperparameters).toMatchObject({ criterion: 'squared_error', maxFeatures: 'all' });
    expect(manifest.metrics['r2']).toBeGreaterThan(0.99);
    expect(manifest.metrics['oob-r2']).toBeGreaterThan(0.99);
    expect(Object.keys(manifest.files)).toEqual(expect.arrayContaining(['report/regression.txt', 'report/predicted.svg']));
    const out = new Float64Array(1);
    forestPredictor(decodeForest(await read('forest.bin'))).predictValues(Float64Array.of(10, 0), 1, out);
    expect(out[0]).toBeCloseTo(30.25, 0);
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
    [['--shard', '3/3'], 2, /--shard "3\/3": it is i\/n, with i from 0 to n − 1/],
    [['--shard', '0/40'], 1, /^40 shards of 30 trees; a shard has at least one\n$/],
    [['merge', '--shard', '0/2'], 1, /^merge takes all shards/],
    [['--task', 'regression'], 1, /^mnist: read as mnist, which has classes/],
    [['--class-weight', 'equal'], 2, /--class-weight "equal": it is "balanced", or a weight from 0 for each class/],
    [['--categorical', 'sex'], 1, /^there is no column "sex" in "mnist": name one, or give its number from 0 to 783\n$/],
    [['--data', '/nowhere/at-all.csv'], 1, /\/nowhere\/at-all\.csv/],
  ])('says what is wrong with %j, without a stack', async (flags, expected, message) => {
    const { code, stderr } = await runTrainer([...flags, '--store', join(folder, 'none')]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(expected);
  });
});
