import { bytesOf, place, type MemoryPlan, type Placed } from './memory-plan.ts';
import type { Task } from './parameters.ts';

type Shape = { readonly rows: number; readonly columns: number; readonly task: Task; readonly weighted: boolean };

const firstByte = 64; // so that no array lies at address 0

/** The arrays of the rows: all threads share them. Those that the task has no use for are empty. */
function dataPlan({ rows, columns, task, weighted }: Shape) {
  return {
    byRow: [Uint8Array, rows * columns],
    byColumn: [Uint8Array, rows * columns],
    kinds: [Uint8Array, columns],
    labels: [Uint16Array, task === 'classification' ? rows : 0],
    /** Less their mean, so that sums of them keep their digits. */
    targets: [Float64Array, task === 'regression' ? rows : 0],
    weights: [Float64Array, weighted ? rows : 0],
  } as const satisfies MemoryPlan;
}

export type DataArrays = Placed<ReturnType<typeof dataPlan>>;

export const dataBytes = (shape: Shape): number => firstByte + bytesOf(dataPlan(shape));

/** Lays the arrays out, at the beginning of a buffer. */
export const placeData = (shape: Shape, buffer: ArrayBufferLike): DataArrays => place(dataPlan(shape), buffer, firstByte);
