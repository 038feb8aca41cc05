import { ForestError } from './error.ts';
import { kernelGrower, kernelModule } from './kernel/kernel.ts';
import { webAssembly, type SharedMemory } from './kernel/web-assembly.ts';
import type { ForestParameters } from './parameters.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { prepareData, type TrainingData } from './training-data.ts';
import { treeBuilder } from './tree-builder.ts';
import type { Tree } from './tree.ts';
import { placeWorkspace, shapeOf, workspaceBytes } from './workspace.ts';

/** What grows trees: WebAssembly made from C, or TypeScript. Their trees are the same, byte for byte. */
export type Engine = 'wasm' | 'typescript';

/** Data in shared memory, and with it what threads need to grow trees from it; all of it may be posted to them. */
export type Ground = {
  readonly data: TrainingData;
  readonly parameters: ForestParameters;
  readonly kernel?: { readonly module: WebAssembly.Module; readonly memory: SharedMemory; readonly workspaces: number };
};

const page = 65_536;
const mostPages = 65_536; // 4 GiB, the most that 32-bit WebAssembly can address

/**
 * Puts rows into memory that all threads share. The kernel has it all in one: the data, then a workspace a thread.
 *
 * @throws ForestError where the kernel is asked for, and 4 GiB are not enough.
 */
export function layGround(rows: LabelledRows, parameters: ForestParameters, threads: number, engine: Engine | 'auto'): Ground {
  let kernel: Ground['kernel'];
  const data = prepareData(rows, parameters, (shape, taken) => {
    const pages = Math.ceil((taken + threads * workspaceBytes(shape, parameters)) / page);
    if (engine === 'wasm' && pages > mostPages)
      throw new ForestError(
        `${shape.rows} rows × ${shape.columns} columns and ${threads} threads need ${pages / 16} MiB; the engine "wasm" has at most ${mostPages / 16}`,
      );
    if (engine === 'typescript' || pages > mostPages) return new SharedArrayBuffer(taken);
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    kernel = { module: kernelModule(), memory, workspaces: taken };
    return memory.buffer;
  });
  return { data, parameters, ...(kernel && { kernel }) };
}

/** The function by which thread number `thread` grows trees. */
export function groundBuilder({ data, parameters, kernel }: Ground, thread: number): (seed: number) => Tree {
  if (!kernel) return treeBuilder(data, parameters);
  const from = kernel.workspaces + thread * workspaceBytes(shapeOf(data), parameters);
  const space = placeWorkspace(data, parameters, kernel.memory.buffer, from);
  return treeBuilder(data, parameters, space, kernelGrower(kernel.module, kernel.memory, data, space));
}
