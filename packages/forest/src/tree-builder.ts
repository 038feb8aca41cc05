import { drawRows, listRows } from './bootstrap.ts';
import { rowsPerTree, type ForestParameters } from './parameters.ts';
import { columnSeed, randomBelow } from './random.ts';
import type { TrainingData } from './training-data.ts';
import type { GrowTree } from './tree-grower.ts';
import type { Tree } from './tree.ts';
import type { Workspace } from './workspace.ts';
import { grownTreeWriter } from './write-tree.ts';

/**
 * Makes the function that grows one tree from its seed, on a bootstrap of the rows, by the engine that it is given. The memory that it works
 * in is made once and used for all trees.
 */
export function treeBuilder(data: TrainingData, parameters: ForestParameters, space: Workspace, grow: GrowTree): (seed: number) => Tree {
  const { weights } = data.arrays;
  const draws = rowsPerTree(parameters.maxSamples, data.rows);
  const write = grownTreeWriter(data, space);
  return (seed) => {
    drawRows(space.moved, parameters.bootstrap, randomBelow(seed), draws);
    const list = (): number => listRows(space.moved, space.order, space.counts, weights.length > 0 ? weights : undefined);
    let entries = list();
    if (entries === 0) {
      space.moved.fill(1); // none of the drawn rows weighs anything: take all that do
      entries = list();
    }
    return write(grow(entries, columnSeed(seed)));
  };
}
