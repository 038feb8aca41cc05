import type { DataArrays } from '../data-arrays.ts';
import type { TrainingData } from '../training-data.ts';
import type { GrowTree } from '../tree-grower.ts';
import type { Workspace } from '../workspace.ts';
import { kernelBase64 } from './generated/kernel-base64.ts';

type Exports = {
  readonly grow: (grower: number, entries: number, seed: number) => number;
  readonly __stack_pointer: { value: number };
};

const pointers = 16; // where pointers begin among the settings, as in the C struct

const dataNames = ['byRow', 'byColumn', 'kinds', 'labels', 'targets', 'weights'] as const satisfies readonly (keyof DataArrays)[];

/** kernel.c, compiled: it comes as text since this package reads no files. */
export function kernelModule(): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(kernelBase64, 'base64'));
}

/** The grower of kernel.c, on data and a workspace that lie in its memory. Each thread makes its own, with its own stack. */
export function kernelGrower(module: WebAssembly.Module, memory: WebAssembly.SharedMemory, data: TrainingData, space: Workspace): GrowTree {
  const arrays = [...dataNames.map((name) => data.arrays[name]), ...Object.values(space)];
  space.settings.set(
    arrays.map((array) => array.byteOffset),
    pointers,
  );
  const { grow, __stack_pointer: stack } = new WebAssembly.Instance<Exports>(module, { env: { memory, log: Math.log } }).exports;
  stack.value = space.stack.byteOffset + space.stack.byteLength;
  return (entries, seed) => grow(space.settings.byteOffset, entries, seed);
}
