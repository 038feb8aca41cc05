import { placeData } from './data-arrays.ts';
import { kernelGrower } from './kernel/kernel.ts';
import type { ForestParameters } from './parameters.ts';
import { treeBuilder } from './tree-builder.ts';
import { treeGrower } from './tree-grower.ts';
import type { TrainingData } from './training-data.ts';
import type { Tree } from './tree.ts';
import { placeWorkspace, shapeOf, workspaceBytes } from './workspace.ts';

/** Data in shared memory, and with it what threads need to grow trees from it. */
export type Ground = {
  readonly data: TrainingData;
  readonly parameters: ForestParameters;
  readonly kernel?: { readonly module: WebAssembly.Module; readonly memory: WebAssembly.SharedMemory; readonly workspaces: number };
};

/** A ground as it is posted to threads: without its arrays, for a view that lies beyond 4 GiB of its buffer does not arrive. */
export type PostedGround = Omit<Ground, 'data'> & { readonly data: Omit<TrainingData, 'arrays'> & { readonly arrays: undefined } };

export function postGround({ data, ...rest }: Ground): PostedGround {
  return { ...rest, data: { ...data, arrays: undefined } };
}

export function receiveGround({ data, ...rest }: PostedGround): Ground {
  return { ...rest, data: { ...data, arrays: placeData(data, data.buffer) } };
}

/** The function by which thread number `thread` grows trees. */
export function groundBuilder({ data, parameters, kernel }: Ground, thread: number): (seed: number) => Tree {
  if (!kernel) {
    const space = placeWorkspace(data, parameters);
    return treeBuilder(data, parameters, space, treeGrower(data, parameters, space));
  }
  const from = kernel.workspaces + thread * workspaceBytes(shapeOf(data), parameters);
  const space = placeWorkspace(data, parameters, kernel.memory.buffer, from);
  return treeBuilder(data, parameters, space, kernelGrower(kernel.module, kernel.memory, data, space));
}
