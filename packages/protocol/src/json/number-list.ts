import { allocateUnsafe } from '../tensor.ts';
import { AFTER, ASK, AT, COUNT, DONE, END, LARGE, MORE, numberKernel, RANK, SIZES, windowBytes } from './kernel/number-kernel.ts';

/** A nested list of numbers, rectangular: dense, row-major, each number the double that `JSON.parse` makes of it. */
export class NumberList {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** No number is beyond ±(2^53 − 1), so that each integer is the one that was written. */
  readonly safe: boolean;

  constructor(shape: readonly number[], data: Float64Array, safe: boolean) {
    this.shape = shape;
    this.data = data;
    this.safe = safe;
  }
}

/** A list of a text of JSON, which `parseWithNumbers` has read as numbers or not. */
export type List = readonly unknown[] | NumberList;

export const isList = (value: unknown): value is List => Array.isArray(value) || value instanceof NumberList;

export type NumberReader = {
  /**
   * The list that begins at a byte, and where it ends. Undefined where it is no list, or empty, or of anything else than numbers, or not
   * rectangular, or not valid.
   */
  read(start: number): { readonly list: NumberList; readonly end: number } | undefined;
};

/**
 * Reads lists of numbers straight from the bytes of a text of JSON, in a fourth of the time that `JSON.parse` takes. To be used at once, from the
 * beginning to the end, as all readers share the kernel's window.
 */
export function numberReader(bytes: Uint8Array): NumberReader {
  const { state, window, numbers, read } = numberKernel();
  let from = 0;
  let length = 0;

  /** Moves the window to a byte. */
  function load(start: number): void {
    const piece = bytes.subarray(start, start + windowBytes);
    window.set(piece);
    window.fill(0, piece.length, piece.length + window.length - windowBytes);
    from = start;
    length = piece.length;
  }

  /** A number that the kernel is not sure of, as the engine reads it. */
  function answer(): void {
    const value = Number(window.toString('latin1', state[AT], state[END]));
    numbers[(state[COUNT] as number) - 1] = value;
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) state[LARGE] = 1;
    state[AT] = state[END] as number;
    state[AFTER] = 1;
  }

  return {
    read(start) {
      const parts: Float64Array[] = [];
      state.fill(0);
      state.fill(-1, SIZES, SIZES + 1 + deepest);
      if (start < from || start >= from + length) load(start);
      state[AT] = start - from;
      for (;;) {
        state[COUNT] = 0;
        let became = read(length);
        for (; became === ASK; became = read(length)) answer();
        const last = numbers.subarray(0, state[COUNT]);
        if (became === DONE) {
          const shape = [...state.subarray(SIZES + 1, SIZES + 1 + (state[RANK] as number))];
          return { list: new NumberList(shape, joined([...parts, last]), state[LARGE] === 0), end: from + (state[AT] as number) };
        }
        const done = state[AT] as number;
        if (became !== MORE || done === 0 || from + length === bytes.length) return undefined;
        parts.push(last.slice());
        load(from + done);
        state[AT] = 0;
      }
    },
  };
}

const deepest = 32;

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = allocateUnsafe(
    'FP64',
    parts.reduce((sum, { length }) => sum + length, 0),
  ) as Float64Array;
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
