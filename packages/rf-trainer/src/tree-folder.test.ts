import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeForest, trainForest, type Forest, type Tree } from '@switchyard/forest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeFolder, type ForestKey } from './tree-folder.ts';

let work: string;
let forest: Forest;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'tree-folder-'));
  const features = Float64Array.from({ length: 400 }, (_, at) => Math.sin(at * 12.9898) * 43_758.5453);
  const labels = Uint8Array.from({ length: 200 }, (_, row) => (features[2 * row]! > 0 ? 1 : 0) + (features[2 * row + 1]! > 0 ? 1 : 0));
  const weights = { sampleWeights: Float64Array.from(labels, (_, row) => 0.1 + (row % 7)) };
  ({ forest } = await trainForest({ features, labels, rows: 200, columns: 2, classes: 3, ...weights }, { nEstimators: 5 }, { threads: 1 }));
});
afterAll(() => rm(work, { recursive: true, force: true }));

const key: ForestKey = { dataset: 'd'.repeat(64), rows: 200, parameters: { nEstimators: 5 } };
const folder = (name: string, parameters: ForestKey['parameters'] = key.parameters) => {
  const { trees: _, ...like } = forest;
  return treeFolder(work, name, { ...key, parameters }, like);
};
const trees = (...indexes: number[]) => new Map(indexes.map((index) => [index, forest.trees[index] as Tree]));

test('gives back the trees that were kept, to the byte, whoever wrote them', async () => {
  expect(await folder('whole').read()).toEqual(new Map());
  await folder('whole').write(trees(3, 1));
  await folder('whole').write(trees(0, 2, 4));
  const read = await folder('whole').read();
  expect([...read.keys()].toSorted()).toEqual([0, 1, 2, 3, 4]);
  const whole = { ...forest, trees: [0, 1, 2, 3, 4].map((index) => read.get(index) as Tree) };
  expect(Buffer.compare(encodeForest(whole), encodeForest(forest))).toBe(0);
});

test('the same tree may come twice, but not another in its place', async () => {
  await folder('twice').write(trees(1));
  await folder('twice').write(trees(1, 2));
  expect((await folder('twice').read()).size).toBe(2);
  await folder('twice').write(new Map([[1, forest.trees[3] as Tree]]));
  await expect(folder('twice').read()).rejects.toThrow('tree 1 is there twice, and not the same');
});

test('trees of other parameters are elsewhere, and can be told of', async () => {
  await folder('apart').write(trees(0));
  const other = folder('apart', { nEstimators: 6 });
  expect(await other.read()).toEqual(new Map());
  expect(await other.others()).toEqual([key]);
  expect(await folder('apart').others()).toEqual([]);
  await folder('apart').remove();
  expect(await folder('apart').read()).toEqual(new Map());
});

test('a damaged file is refused by its name, and one that was not finished is not seen', async () => {
  await folder('torn').write(trees(0, 1));
  const { directory } = folder('torn');
  const file = (await readdir(directory)).find((each) => each.endsWith('.trees'))!;
  const bytes = await readFile(join(directory, file));
  await writeFile(join(directory, `${file}.half.new`), bytes.subarray(0, 40));
  expect((await folder('torn').read()).size).toBe(2);
  bytes[bytes.length - 20]! ^= 1;
  await writeFile(join(directory, file), bytes);
  await expect(folder('torn').read()).rejects.toThrow(new RegExp(`${file}: not a sound file of trees: .*its trees are grown again`));
});
