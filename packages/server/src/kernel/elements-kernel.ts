import { elementsBase64 } from './generated/elements-base64.ts';

export type ElementsKernel = {
  /**
   * How many numbers from the first on are within the limits, in whole blocks: behind them one is not, or fewer than a block are left.
   * @param to Gets them, where it is given, times `scale` plus `offset`.
   */
  within(data: Float32Array, low: number, high: number, to?: Float32Array, scale?: number, offset?: number): number;
};

type Exports = {
  within(values: number, count: number, low: number, high: number): number;
  scale(values: number, count: number, by: number, offset: number): void;
};

const firstByte = 8192; // below lies what the linker keeps for itself
const page = 65_536;
const windowSize = page / 4; // numbers that are looked at while they are in a near cache
const block = 16;

let kernel: ElementsKernel | undefined;

/** There is one for all, as its memory is only of use while it runs. */
export function elementsKernel(): ElementsKernel {
  return (kernel ??= load());
}

function load(): ElementsKernel {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
  const module = new WebAssembly.Module(Buffer.from(elementsBase64, 'base64'));
  const { within, scale: scaleWindow } = new WebAssembly.Instance<Exports>(module, { env: { memory } }).exports;
  const window = new Float32Array(memory.buffer, firstByte, windowSize);

  return {
    within(data, low, high, to, scale = 1, offset = 0) {
      const whole = data.length - (data.length % block);
      for (let from = 0; from < whole; from += windowSize) {
        const count = Math.min(windowSize, whole - from);
        window.set(data.subarray(from, from + count));
        const fit = within(firstByte, count, low, high);
        if (to) {
          scaleWindow(firstByte, fit, scale, offset);
          to.set(fit === windowSize ? window : window.subarray(0, fit), from);
        }
        if (fit < count) return from + fit;
      }
      return whole;
    },
  };
}
