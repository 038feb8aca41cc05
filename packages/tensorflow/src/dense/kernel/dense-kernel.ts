import type { DenseLayer } from '../dense-layers.ts';
import { denseBase64 } from './generated/dense-base64.ts';

/** A layer whose weights lie in the kernel's memory. */
export type PlacedLayer = {
  /** Its sums of the rows that the layer before gave, or that were put into `rows`. Good until the kernel is run again. */
  run(count: number): Float32Array;
  /** How many numbers of it are a row: its units, and zeros up to the next multiple of four. */
  readonly stride: number;
};

export type DenseKernel = {
  /** How many rows there is room for at once. */
  readonly blockRows: number;
  /** Where rows are to be put, one after the other. */
  readonly rows: Float32Array;
  readonly layers: readonly PlacedLayer[];
};

const page = 65_536;
const firstByte = 8192; // below lies what the linker keeps for itself
const lanes = 4;
const mostCells = 1 << 14; // of rows that are worked on at once: they are in a near cache then
const mostRows = 256;

let compiled: WebAssembly.Module | undefined;

/** Lays layers out for dense.c, with room for some rows. */
export function denseKernel(layers: readonly DenseLayer[]): DenseKernel {
  const inputs = layers[0]?.inputs ?? 0;
  const strides = layers.map(({ units }) => Math.ceil(units / lanes) * lanes);
  const blockRows = Math.max(1, Math.min(mostRows / lanes, Math.floor(mostCells / inputs / lanes))) * lanes;
  const floats = layers.reduce((sum, each, at) => sum + (each.inputs + 1 + blockRows) * (strides[at] as number), blockRows * inputs);
  const pages = Math.ceil((firstByte + floats * 4) / page);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  compiled ??= new WebAssembly.Module(Buffer.from(denseBase64, 'base64'));
  const { dense } = new WebAssembly.Instance<{ readonly dense: Dense }>(compiled, { env: { memory } }).exports;
  let at = firstByte;
  const take = (length: number): Float32Array => {
    const array = new Float32Array(memory.buffer, at, length);
    at += array.byteLength;
    return array;
  };

  const rows = take(blockRows * inputs);
  let [from, fromStride] = [rows, inputs];
  const placed = layers.map((layer, index): PlacedLayer => {
    const stride = strides[index] as number;
    const [weights, bias, out] = [take(layer.inputs * stride), take(stride), take(blockRows * stride)];
    for (let input = 0; input < layer.inputs; input++) {
      weights.set(layer.weights.subarray(input * layer.units, (input + 1) * layer.units), input * stride);
    }
    bias.set(layer.bias);
    const given = [from.byteOffset, fromStride, layer.inputs, weights.byteOffset, bias.byteOffset, out.byteOffset, stride] as const;
    [from, fromStride] = [out, stride];
    return {
      stride,
      run(count) {
        dense(...given, count);
        return out;
      },
    };
  });
  return { blockRows, rows, layers: placed };
}

type Dense = (
  rows: number,
  rowStride: number,
  inputs: number,
  weights: number,
  bias: number,
  out: number,
  outStride: number,
  count: number,
) => void;
