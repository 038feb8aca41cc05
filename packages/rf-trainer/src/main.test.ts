import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDigest, openStore } from '@switchyard/artifact';
import { decodeForest } from '@switchyard/forest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFlowers } from './test/flowers.ts';
import { trainHere } from './test/in-process.ts';
import { runTrainer } from './test/trainer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rf-trainer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
  });

  test('killed twice, takes up the trees that were kept, and gives the very bytes of one that nobody killed', async () => {
    const [store, data] = [join(folder, 'killed'), await writeFlowers(folder, 6000)];
    const flags = ['--store', store, '--data', data, '--n-estimators', '3000', '--threads', '1'];
    const first = await killed(store, 'twice', 0, [...flags, '--name', 'twice']);
    const second = await killed(store, 'twice', first.kept, [...flags, '--name', 'twice']);
    expect(second.begins).toBe(`trees ${first.kept}/3000`);
    const resumed = await runTrainer([...flags, '--name', 'twice']);
    expect(resumed.phases[0]).toBe(`trees ${second.kept}/3000`);
    await trainHere([...flags, '--name', 'once', '--no-resume']);
    const [twice, once] = await Promise.all(['twice', 'once'].map((name) => openStore(store).open({ name })));
    expect(contentDigest(twice!.manifest)).toBe(contentDigest(once!.manifest));
    expect([...(await keptIn(store, 'twice')), ...(await keptIn(store, 'once'))]).toEqual([]);
  });

  test('killed as one of two shards, does the rest when it is called again', async () => {
    const [store, data] = [join(folder, 'shards'), await writeFlowers(folder, 6000)];
    const flags = ['--store', store, '--data', data, '--n-estimators', '3000', '--threads', '1'];
    const shard = [...flags, '--name', 'parts', '--shard', '1/2'];
    const { kept } = await killed(store, 'parts', 0, shard);
    const again = await runTrainer(shard);
    expect(again.phases[0]).toBe(`trees ${kept}/1500`);
    expect(again.stdout).toMatch(/^shard 1\/2: 1500 trees in /);
    expect((await trainHere(shard)).phases).toEqual(['trees 1500/1500']); // as a pod that is started again after it was done
    await trainHere([...flags, '--name', 'parts', '--shard', '0/2']);
    expect(await runTrainer(['merge', ...flags, '--name', 'parts'])).toMatchObject({ code: 0, stderr: '' });
    await trainHere([...flags, '--name', 'whole']);
    const [parts, whole] = await Promise.all(['parts', 'whole'].map((name) => openStore(store).open({ name })));
    expect(contentDigest(parts!.manifest)).toBe(contentDigest(whole!.manifest));
  });

  test('ends when it is told to, publishes nothing, and keeps all trees', async () => {
    const [store, data] = [join(folder, 'stopped'), await writeFlowers(folder, 6000)];
    let trees = 0;
    const flags = ['--store', store, '--data', data, '--n-estimators', '3000', '--name', 'ended'];
    const { code, stderr, trained, phases } = await runTrainer(flags, (end) => {
      if (++trees === 3) end('SIGTERM');
    });
    expect({ code, stderr, trained }).toEqual({ code: 1, stderr: 'stopped before the end: SIGTERM\n', trained: undefined });
    expect(await openStore(store).models()).toEqual([]);
    expect(treesIn(store, 'ended')).toBeGreaterThanOrEqual(Number(/^trees (\d+)/.exec(phases.at(-1)!)![1]));
  });

  test('takes its settings from a file, which a flag wins over', async () => {
    const [data, config] = [await writeFlowers(folder), join(folder, 'run.yaml')];
    await writeFile(config, `data: ${data}\nname: filed\nnEstimators: 5\nmax-depth: 3\nstore: ${join(folder, 'filed')}\n`);
    expect(await runTrainer(['--config', config, '--max-depth', '2'])).toMatchObject({ code: 0, stderr: '' });
    const { manifest } = await openStore(join(folder, 'filed')).open({ name: 'filed' });
    expect(manifest.hyperparameters).toMatchObject({ nEstimators: 5, maxDepth: 2 });
  });

  test.each([
    [['--n-estimators', '0'], 2, /^--n-estimators "0"/],
    [['--data', '/nowhere/at-all.csv'], 1, /^\/nowhere\/at-all\.csv/],
    [['--config', '/nowhere/run.yaml'], 2, /^--config \/nowhere\/run\.yaml: there is no such file/],
  ])('says what is wrong with %j, without a stack', async (flags, expected, message) => {
    const { code, stderr } = await runTrainer([...flags, '--store', join(folder, 'none')]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(expected);
  });
});

/** Trees that are kept: the first line of each file says which. */
function treesIn(store: string, name: string): number {
  const place = join(store, '.forests', name);
  if (!existsSync(place)) return 0;
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.trees'));
  const trees = files.flatMap(
    (file) => (JSON.parse(readFileSync(join(place, file), 'latin1').split('\n', 1)[0]!) as { trees: number[] }).trees,
  );
  return new Set(trees).size;
}

/** A training that is killed, without a chance to do anything about it, as soon as more trees are kept than there were. */
async function killed(store: string, name: string, before: number, flags: readonly string[]): Promise<{ kept: number; begins: string }> {
  let over = false;
  const { code, stderr, trained, phases } = await runTrainer(flags, (end) => {
    if (over) return;
    over = treesIn(store, name) > before;
    if (over) end('SIGKILL');
  });
  expect({ code, stderr, trained }).toEqual({ code: null, stderr: '', trained: undefined });
  return { kept: treesIn(store, name), begins: phases[0]! };
}
