import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDigest, openStore } from '@switchyard/artifact';
import { SettingsError } from '@switchyard/config';
import { decodeForest, forestPredictor } from '@switchyard/forest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFlowers } from './test/flowers.ts';
import { trainHere } from './test/in-process.ts';

let folder: string;
let flowers: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rf-train-'));
  flowers = await writeFlowers(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, ...lines: string[]): Promise<string> {
  await writeFile(join(folder, name), `${lines.join('\n')}\n`);
  return join(folder, name);
}

const opened = (store: string, name: string, version?: string) =>
  openStore(store).open({ name, ...(version !== undefined && { version }) });
const words = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a table', () => {
  test('trains, and the same seed gives the same model, on any number of threads', async () => {
    const store = join(folder, 'flowers');
    const flags = ['--store', store, '--name', 'flowers', '--data', flowers, '--n-estimators', '12', '--test-fraction', '0.3'];
    const { outcome } = await trainHere([...flags, '--threads', '1']);
    expect(outcome).toMatchObject({ evaluation: { accuracy: expect.closeTo(0.8, 0) } });
    await trainHere([...flags, '--threads', '2']);
    await trainHere([...flags, '--threads', '2', '--seed', '1', '--max-depth', '2']);

    const [first, again, other] = await Promise.all(['1', '2', '3'].map((version) => opened(store, 'flowers', version)));
    expect(contentDigest(again!.manifest)).toBe(contentDigest(first!.manifest));
    expect(contentDigest(other!.manifest)).not.toBe(contentDigest(first!.manifest));
    expect(first!.manifest.signature.inputs).toEqual([{ name: 'x', datatype: 'FP64', shape: [-1, 2], columns: ['length', 'width'] }]);
    expect(first!.manifest.classNames).toEqual(['lily', 'rose', 'tulip']);
    expect(other!.manifest.hyperparameters).toMatchObject({ maxDepth: 2 });
    const forest = decodeForest(await first!.read('forest.bin'));
    expect(forestPredictor(forest).predict(Float64Array.of(3, 0), 1)[0]).toBe(0); // a lily
  });

  test('has numbers to predict', async () => {
    const rows = Array.from({ length: 400 }, (_, row) => `${row % 20},${(row * 7) % 5},${(row % 20) * 3 - ((row * 7) % 5) + 0.25}`);
    const data = await write('houses.csv', 'rooms,storey,price', ...rows);
    const store = join(folder, 'houses');
    await trainHere(['--store', store, '--name', 'houses', '--data', data, '--task', 'regression', '--oob-score']);
    const { manifest, read } = await opened(store, 'houses');
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

  test('may have missing values, of which the log, the signature and the forest know', async () => {
    const rows = Array.from({ length: 200 }, (_, row) => `${row % 2 ? 'NA' : row},${row % 7},${row % 2 ? 'unknown' : 'known'}`);
    const data = await write('holes.csv', 'age,noise,kind', ...rows);
    const flags = ['--store', join(folder, 'holes'), '--name', 'holes', '--data', data, '--n-estimators', '9'];
    await expect(trainHere(flags)).rejects.toThrow('holes.csv: line 3, column 1 ("age"): "NA" is not a finite number');
    const { told } = await trainHere([...flags, '--missing', 'train']);
    expect(told).toEqual(['missing values in 160 rows: age 80']);
    const { manifest, read } = await opened(join(folder, 'holes'), 'holes');
    expect(manifest.signature.inputs).toMatchObject([{ datatype: 'FP64', missing: true }]);
    expect(manifest.hyperparameters).toMatchObject({ missing: 'train' });
    expect(manifest.metrics['accuracy']).toBe(1);
    expect([...forestPredictor(decodeForest(await read('forest.bin'))).predict(Float64Array.of(NaN, 3, 20, 3), 2)]).toEqual([1, 0]);
  });

  test('may have words for categories, whose numbers the artifact tells', async () => {
    const colours = ['red', 'green', 'blue', 'white'];
    const rows = Array.from({ length: 200 }, (_, row) => `${colours[row % 4]},${row % 9},${row % 4 < 2 ? 'warm' : 'cold'}`);
    const data = await write('colours.csv', 'colour,noise,kind', ...rows);
    const flags = ['--store', join(folder, 'colours'), '--name', 'colours', '--data', data, '--n-estimators', '9'];
    await expect(trainHere(flags)).rejects.toThrow('line 2, column 1 ("colour"): "red" is not a finite number');
    await trainHere([...flags, '--categorical', 'colour']);
    const { manifest, read } = await opened(join(folder, 'colours'), 'colours');
    expect(manifest.metrics['accuracy']).toBe(1);
    expect(JSON.parse(words(await read('categories.json')))).toEqual({ colour: ['blue', 'green', 'red', 'white'] });
    expect([...forestPredictor(decodeForest(await read('forest.bin'))).predict(Float64Array.of(2, 0, 3, 0), 2)]).toEqual([1, 0]);
  });

  test('is as the documentation has it', async () => {
    const page = await readFile(new URL('../../../docs/datasets.md', import.meta.url), 'utf8');
    const data = await write('fruit.csv', /```csv\n([^`]+)\n```/.exec(page)![1]!);
    const [, command] = /`rf-trainer --data fruit\.csv ([^`]+)`/.exec(page)!;
    const { told } = await trainHere(['--data', data, ...command!.split(' '), '--store', join(folder, 'fruit'), '--name', 'fruit']);
    expect(told).toEqual([expect.stringMatching(/^missing values in 5 rows: age [12]$/)]);
    const { manifest, read } = await opened(join(folder, 'fruit'), 'fruit');
    expect(manifest.signature.inputs).toMatchObject([{ columns: ['colour', 'age'], missing: true }]);
    expect(JSON.parse(words(await read('categories.json')))).toEqual({ colour: ['green', 'red', 'yellow'] });
  });

  test('may say what its rows weigh', async () => {
    const rows = Array.from({ length: 200 }, (_, row) => `${row % 10},${row % 2 ? 1 : 0},${row % 2 ? 'heard' : 'ignored'}`);
    const data = await write('weights.csv', 'a,w,kind', ...rows);
    const flags = ['--store', join(folder, 'weights'), '--name', 'w', '--data', data, '--n-estimators', '5', '--max-depth', '3'];
    await trainHere([...flags, '--weight-column', 'w']);
    const { manifest, read } = await opened(join(folder, 'weights'), 'w');
    expect(manifest).toMatchObject({ signature: { inputs: [{ columns: ['a'] }] }, hyperparameters: { weightColumn: 'w' } });
    expect(forestPredictor(decodeForest(await read('forest.bin'))).predict(Uint8Array.of(0, 2, 4), 3)).toEqual(Uint16Array.of(0, 0, 0)); // as nobody else counts
  });

  test('of some thousand classes trains', async () => {
    const rows = Array.from({ length: 9000 }, (_, row) => `${row % 3000},${(row * 7) % 5},c${row % 3000}`);
    const data = await write('many.csv', 'a,noise,kind', ...rows);
    const flags = ['--store', join(folder, 'many'), '--name', 'many', '--data', data, '--n-estimators', '3', '--max-features', 'all'];
    const { outcome } = await trainHere([...flags, '--no-bootstrap', '--split', '0.3']);
    expect(outcome).toMatchObject({ evaluation: { classNames: { length: 3000 } } });
  });
});

test('permutation importances are of the test rows, beside those by impurity, and drawn', async () => {
  const store = join(folder, 'permuted');
  const flags = ['--store', store, '--name', 'p', '--data', flowers, '--n-estimators', '12', '--importances', 'permutation'];
  const { phases } = await trainHere(flags);
  expect(phases.at(-1)).toBe('importances 2/2');
  const { read, manifest } = await opened(store, 'p');
  const { score, means, deviations } = JSON.parse(words(await read('report/permutation-importances.json')));
  expect(score).toBeCloseTo(manifest.metrics['accuracy']!, 12);
  expect(means.length).toBeGreaterThan(means.width); // by the length they differ, by the width hardly
  expect(Object.keys(deviations)).toEqual(['length', 'width']);
  expect(words(await read('report/permutation-importances.svg'))).toContain('Importance by permutation of all 2 columns');
  expect(Object.keys(JSON.parse(words(await read('report/importances.json'))))).toEqual(['length', 'width']);
  await trainHere([...flags, '--importance-repeats', '1']);
  expect(words(await (await opened(store, 'p')).read('report/permutation-importances.json'))).not.toBe(
    words(await read('report/permutation-importances.json')),
  );
});

test('permutation importances are of no more rows than are allowed, the same each time, and say so', async () => {
  const store = join(folder, 'permuted-some');
  const flags = ['--store', store, '--name', 'p', '--data', flowers, '--n-estimators', '5', '--importances', 'permutation'];
  const reports = [];
  for (const _ of 'ab') {
    const { told } = await trainHere([...flags, '--importance-rows', '3']);
    expect(told).toEqual([expect.stringMatching(/^importances are of 3 of the \d+ test rows; --importance-rows allows more$/)]);
    reports.push(words(await (await opened(store, 'p')).read('report/permutation-importances.json')));
  }
  expect(reports[1]).toBe(reports[0]);
  expect(JSON.parse(reports[0]!).score * 3).toBeCloseTo(Math.round(JSON.parse(reports[0]!).score * 3), 9); // a share of three
});

test('shards, on either engine, are merged to the very model of one process', async () => {
  const store = join(folder, 'sharded');
  const flags = ['--store', store, '--data', flowers, '--n-estimators', '10', '--oob-score', '--seed', '3'];
  const shard = (index: number, ...more: string[]) => trainHere([...flags, '--name', 'parts', '--shard', `${index}/3`, ...more]);
  const merge = (...more: string[]) => trainHere(['--merge', ...flags, '--name', 'parts', ...more]);
  const [first, last] = await Promise.all([shard(0, '--engine', 'typescript'), shard(2, '--engine', 'wasm')]);
  expect([first.outcome, last.outcome]).toMatchObject([{ trees: 4 }, { trees: 3 }]);

  await expect(merge()).rejects.toThrow(/^trees 4–6 of 10 are missing in .*: grow their shards first$/);
  await expect(merge('--min-samples-leaf', '2')).rejects.toThrow(
    /no trees of this data and these parameters .*which do not fit:\n.*"minSamplesLeaf":1/,
  );
  await Promise.all([shard(1, '--threads', '1'), trainHere([...flags, '--name', 'whole'])]);
  await merge();
  const [whole, parts] = await Promise.all(['whole', 'parts'].map((name) => opened(store, name)));
  expect(parts!.manifest.files).toEqual(whole!.manifest.files);
  expect(contentDigest(parts!.manifest)).toBe(contentDigest(whole!.manifest));
  expect(parts!.manifest.metrics['oob-accuracy']).toBeGreaterThan(0.5);
  expect(await readdir(join(store, '.forests', 'parts'))).toEqual([]); // no trees are left over
});

test.each([
  [['--n-estimators', '0'], /--n-estimators "0"/],
  [['--max-features', 'most'], /--max-features "most": it is "sqrt", "log2", "all" or a number from 1/],
  [['--shard', '3/3'], /--shard "3\/3": it is i\/n, with i from 0 to n − 1/],
  [['--class-weight', 'equal'], /--class-weight "equal": it is "balanced", or a weight from 0 for each class/],
  [['--missing', 'fill'], /--missing "fill"/],
])('%j is called wrongly', async (flags, message) => {
  const failure = trainHere([...flags, '--store', join(folder, 'none')]);
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toBeInstanceOf(SettingsError);
});

test.each([
  [['--max-features', '800'], 'maxFeatures is 800; it is a whole number from 1 to 2'],
  [['--shard', '0/40'], '40 shards of 30 trees; a shard has at least one'],
  [['--merge', '--shard', '0/2'], 'merge takes all shards'],
  [['--categorical', 'sex'], 'line 1: no categorical column "sex": name one (length, width)'],
  [['--weight-column', 'w'], 'line 1: no weight column "w": name one (length, width, species)'],
  [['--class-weight', '1,2'], '2 class weights for 3 classes'],
  [['--data', 'mnist', '--task', 'regression'], 'mnist: read as mnist, which has classes'],
  [['--data', 'mnist', '--weight-column', 'w'], 'mnist: read as mnist, which has no weights'],
  [['--data', '/nowhere/at-all.csv'], '/nowhere/at-all.csv'],
])('%j is refused', async (flags, message) => {
  await expect(trainHere(['--data', flowers, ...flags, '--store', join(folder, 'none')])).rejects.toThrow(message);
});
