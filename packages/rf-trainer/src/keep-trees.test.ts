import { setTimeout as sleep } from 'node:timers/promises';
import type { Tree } from '@switchyard/forest';
import { expect, test } from 'vitest';
import { treeKeeper } from './keep-trees.ts';

const tree = {} as Tree;

function recorder(write: () => Promise<void> = async () => {}) {
  const written: number[][] = [];
  return {
    written,
    folder: {
      write: async (trees: ReadonlyMap<number, Tree>): Promise<void> => {
        written.push([...trees.keys()]);
        await write();
      },
    },
  };
}

test('writes no tree before the pause is over, and all of them at the end', async () => {
  const { written, folder } = recorder();
  const keeper = treeKeeper(folder);
  for (const index of [2, 0, 1]) keeper.keep(index, tree);
  await keeper.settle();
  expect(written).toEqual([]);
  await keeper.finish();
  expect(written).toEqual([[2, 0, 1]]);
});

test('writes one file at a time, and what came meanwhile in the next', async () => {
  const gate = Promise.withResolvers<void>();
  const { written, folder } = recorder(() => gate.promise);
  const keeper = treeKeeper(folder, { least: 0, most: 0 });
  for (const index of [0, 1, 2]) keeper.keep(index, tree);
  await sleep(5);
  expect(written).toEqual([[0]]);
  gate.resolve();
  await keeper.finish();
  expect(written).toEqual([[0], [1, 2]]);
});

test('tells at the end that a write failed', async () => {
  const { folder } = recorder(() => Promise.reject(new Error('the disk is full')));
  const keeper = treeKeeper(folder, { least: 0, most: 0 });
  keeper.keep(0, tree);
  await expect(keeper.settle()).rejects.toThrow('the disk is full');
  await expect(keeper.finish()).rejects.toThrow('the disk is full');
});
