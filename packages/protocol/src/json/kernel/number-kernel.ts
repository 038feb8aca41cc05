import { numbersBase64 } from './generated/numbers-base64.ts';

/** What became of a window: the list ended in it; the window ended in the list; a number is to be read by the caller; it is no such list. */
export const [DONE, MORE, ASK, NONE] = [0, 1, 2, 3] as const;

/** The words of numbers.c's List. */
export const [AT, END, COUNT, RANK, AFTER, LARGE, SIZES] = [0, 1, 2, 4, 5, 6, 7] as const;

export const windowBytes = 1 << 16;
const behind = 16; // bytes that may be read behind the text, and must be 0
const stateWords = 128;

export type NumberKernel = {
  /** Reads on, in the first `length` bytes of the window. */
  read(length: number): number;
  readonly state: Int32Array;
  /** The text, and zeros behind it. */
  readonly window: Buffer;
  /** What was read of the window. */
  readonly numbers: Float64Array;
};

type Exports = { read(text: number, length: number, out: number, list: number): number };

let kernel: NumberKernel | undefined;

/** There is one for all, as its memory is only of use while a list is being read. */
export function numberKernel(): NumberKernel {
  return (kernel ??= load());
}

function load(): NumberKernel {
  const stateAt = 8192; // below lies what the linker keeps for itself
  const windowAt = stateAt + 4 * stateWords;
  const numbersAt = windowAt + windowBytes + behind;
  const mostNumbers = windowBytes / 2 + 1;
  const page = 65_536;
  const pages = Math.ceil((numbersAt + 8 * mostNumbers) / page);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = new WebAssembly.Module(Buffer.from(numbersBase64, 'base64'));
  const { read } = new WebAssembly.Instance<Exports>(module, { env: { memory } }).exports;
  return {
    read: (length) => read(windowAt, length, numbersAt, stateAt),
    state: new Int32Array(memory.buffer, stateAt, stateWords),
    window: Buffer.from(memory.buffer, windowAt, windowBytes + behind),
    numbers: new Float64Array(memory.buffer, numbersAt, mostNumbers),
  };
}
