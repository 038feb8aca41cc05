import type { NumberArray } from '@switchyard/protocol';
import type { Scaling } from '@switchyard/artifact';
import { elementsKernel } from './kernel/elements-kernel.ts';

export type Limits = { readonly low: number; readonly high: number };

/**
 * Looks at the elements of an input from `from` on, and writes to `out` what the model gets of them.
 * @returns the place of the first element that does not fit, else their number. NaN fits nowhere, as it compares with nothing
 */
export type Loop = (data: NumberArray, from: number, limits: Limits, out: NumberArray) => number;

/** Nothing is to be written: the array that came is what the model gets. */
export function checkNumbers(data: NumberArray, from: number, { low, high }: Limits): number {
  const start = from === 0 && data instanceof Float32Array ? elementsKernel().within(data, low, high) : from;
  for (let at = start; at < data.length; at++) {
    const value = data[at] as number;
    if (!(value >= low && value <= high)) return at;
  }
  return data.length;
}

export const copyNumbers: Loop = (data, from, { low, high }, out) => {
  for (let at = from; at < data.length; at++) {
    const value = data[at] as number;
    if (!(value >= low && value <= high)) return at;
    out[at] = value;
  }
  return data.length;
};

export const copyWholes: Loop = (data, from, { low, high }, out) => {
  for (let at = from; at < data.length; at++) {
    const value = data[at] as number;
    if (!(value >= low && value <= high && Math.floor(value) === value)) return at;
    out[at] = value;
  }
  return data.length;
};

/** The loop that scales numbers as an artifact states it; made once, as it is run at every request. */
export function scaleNumbers({ scale, offset }: Scaling): Loop {
  if (typeof scale === 'number' && typeof offset === 'number') {
    return (data, from, { low, high }, out) => {
      const floats = from === 0 && data instanceof Float32Array && out instanceof Float32Array;
      const start = floats ? elementsKernel().within(data, low, high, out, scale, offset) : from;
      for (let at = start; at < data.length; at++) {
        const value = data[at] as number;
        if (!(value >= low && value <= high)) return at;
        out[at] = value * scale + offset;
      }
      return data.length;
    };
  }
  const width = typeof scale === 'number' ? (offset as readonly number[]).length : scale.length;
  const [scales, offsets] = [scale, offset].map((each) =>
    typeof each === 'number' ? new Float64Array(width).fill(each) : Float64Array.from(each),
  ) as [Float64Array, Float64Array];
  return (data, from, { low, high }, out) => {
    for (let at = from, column = from % width; at < data.length; at++, column = column + 1 === width ? 0 : column + 1) {
      const value = data[at] as number;
      if (!(value >= low && value <= high)) return at;
      out[at] = value * (scales[column] as number) + (offsets[column] as number);
    }
    return data.length;
  };
}
