import type { Outline } from '../forest.ts';
import type { Layout } from '../layout.ts';
import { bytesOf, place, type MemoryPlan } from '../memory-plan.ts';
import type { Numbers } from '../walk.ts';
import { reachBase64 } from './generated/reach-base64.ts';

export type ReachKernel = {
  /** The layout with its nodes in the kernel's memory, so that they are there but once. */
  readonly layout: Layout;
  /**
   * The leaves that rows reach, at `tree × count + row`. Good until the next call.
   *
   * @param from The index of the first row's first number. @param count Rows, at most `blockRows`.
   */
  reach(features: Numbers, from: number, count: number): Int32Array;
};

const page = 65_536;
const mostPages = 65_536; // 4 GiB, the most that 32-bit WebAssembly can address
const firstByte = 8192; // below lies what the linker keeps for itself
const mostStaged = 1 << 14; // floats that are made bytes while they are in the nearest cache
const lanes = 16; // numbers that are made bytes at once

type Walk = (cells: number, roots: number, rows: number, columns: number, count: number, walks: number, reached: number) => void;
type ToBytes = (from: number, to: number, count: number) => void;
type Exports = {
  readonly reach_bytes: Walk;
  readonly reach_floats: Walk;
  readonly reach_doubles: Walk;
  readonly bytes_of_floats: ToBytes;
  readonly bytes_of_doubles: ToBytes;
};

let compiled: WebAssembly.Module | undefined;

/** Lays nodes without categories out for reach.c, with room for `blockRows` rows; `undefined` where they do not fit into its 4 GiB. */
export function reachKernel(
  { columns, float32 }: Pick<Outline, 'columns' | 'float32'>,
  layout: Layout,
  blockRows: number,
): ReachKernel | undefined {
  const { small } = layout;
  const trees = layout.roots.length;
  const stagedRows = Math.max(1, Math.min(blockRows, Math.floor(mostStaged / columns)));
  const plan = {
    cells: [Int32Array, layout.cells.length],
    roots: [Int32Array, trees + 1],
    bytes: [Uint8Array, small ? blockRows * columns + lanes : 0],
    doubles: [Float64Array, (small ? stagedRows : blockRows) * columns + lanes], // or floats, in their place
    reached: [Int32Array, blockRows * trees],
  } as const satisfies MemoryPlan;
  const pages = Math.ceil((firstByte + bytesOf(plan)) / page);
  if (pages > mostPages) return undefined;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { cells, roots, bytes, doubles, reached } = place(plan, memory.buffer, firstByte);
  cells.set(layout.cells);
  roots.set(layout.roots);
  const floats = new Float32Array(memory.buffer, doubles.byteOffset, doubles.length);
  compiled ??= new WebAssembly.Module(Buffer.from(reachBase64, 'base64'));
  const kernel = new WebAssembly.Instance<Exports>(compiled, { env: { memory } }).exports;

  function walk(walk: Walk, rows: Numbers, count: number): Int32Array {
    walk(cells.byteOffset, roots.byteOffset, rows.byteOffset, columns, count, count * trees, reached.byteOffset);
    return reached;
  }

  function asBytes(features: Numbers, from: number, count: number): void {
    const staged = float32 || features instanceof Float32Array ? floats : doubles;
    const toBytes = staged === floats ? kernel.bytes_of_floats : kernel.bytes_of_doubles;
    for (let row = 0; row < count; row += stagedRows) {
      const cells = Math.min(stagedRows, count - row) * columns;
      staged.set(part(features, from + row * columns, cells));
      toBytes(staged.byteOffset, bytes.byteOffset + row * columns, cells);
    }
  }

  return {
    layout: { ...layout, cells, doubles: new Float64Array(memory.buffer, cells.byteOffset, cells.length / 2) },
    reach(features, from, count) {
      if (small) {
        if (features instanceof Uint8Array) bytes.set(part(features, from, count * columns));
        else asBytes(features, from, count);
        return walk(kernel.reach_bytes, bytes, count);
      }
      const rounded = float32 || !(features instanceof Float64Array);
      const rows = rounded ? floats : doubles;
      rows.set(part(features, from, count * columns));
      return walk(rounded ? kernel.reach_floats : kernel.reach_doubles, rows, count);
    },
  };
}

const part = (numbers: Numbers, from: number, count: number): Numbers =>
  count === numbers.length ? numbers : numbers.subarray(from, from + count);
