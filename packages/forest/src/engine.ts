import { ForestError } from './error.ts';
import type { Ground } from './ground.ts';
import { kernelModule } from './kernel/kernel.ts';
import type { LabelledRows } from './labelled-rows.ts';
import type { ForestParameters } from './parameters.ts';
import { prepareData } from './training-data.ts';
import { workspaceBytes } from './workspace.ts';

/** What grows trees: WebAssembly made from C, or TypeScript. Their trees are the same, byte for byte. */
export type Engine = 'wasm' | 'typescript';

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
        `${shape.rows} rows × ${shape.columns} columns and ${threads} threads need ${Math.ceil(pages / 16)} MiB; the engine "wasm" has at most ${mostPages / 16}`,
      );
    if (engine === 'typescript' || pages > mostPages) return new SharedArrayBuffer(taken);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    kernel = { module: kernelModule(), memory, workspaces: taken };
    return memory.buffer;
  });
  return { data, parameters, ...(kernel && { kernel }) };
}
