import type { LayersModel } from '@tensorflow/tfjs-layers';
import { rowCount, type Signature, type Tensor, type TensorSpec } from '@switchyard/protocol';
import { denseLayers, type DenseLayer } from './dense-layers.ts';
import { denseKernel } from './kernel/dense-kernel.ts';

export type DenseModel = {
  /** Multiplications that a row takes. */
  readonly work: number;
  /** The event loop has its turn now and then while very many rows are answered. Each row gets the bits that it would get alone. */
  predict(this: void, inputs: readonly Tensor[]): readonly Tensor[] | Promise<readonly Tensor[]>;
};

/** Multiplications of a row up to which a call of TensorFlow costs more than they do, and up to 64 rows not less. */
const mostWork = 1 << 16;

/** Multiplications that take some ten milliseconds, the longest that others are to wait. */
const turnWork = 1 << 25;

/**
 * A model of few small dense layers, to be computed without TensorFlow: its weights are copied, and the layers are not needed any more.
 *
 * @param signature As its layers have it.
 * @returns undefined for a model of other layers, or larger ones
 */
export function denseModel(model: LayersModel, signature: Signature): DenseModel | undefined {
  const layers = denseLayers(model);
  if (layers === undefined) return undefined;
  const work = layers.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
  return work > mostWork ? undefined : modelOf(layers, work, signature);
}

function modelOf(layers: readonly DenseLayer[], work: number, signature: Signature): DenseModel {
  const { blockRows, rows: place, layers: placed } = denseKernel(layers);
  const { inputs = 0 } = layers[0] ?? {};
  const { units: width = 0 } = layers.at(-1) ?? {};
  const [{ name, datatype, columns }] = signature.outputs as [TensorSpec];
  const rowsATurn = Math.max(1, Math.floor(turnWork / work));

  function answerBlock(features: Float32Array, out: Float32Array, first: number, count: number): void {
    place.set(features.subarray(first * inputs, (first + count) * inputs));
    let [values, stride] = [place, inputs];
    for (const [index, { run, stride: its }] of placed.entries()) {
      [values, stride] = [run(count), its];
      const { units, activations } = layers[index] as DenseLayer;
      for (const activate of activations) for (let row = 0; row < count; row++) activate(values, row * stride, units);
    }
    for (let row = 0, at = first * width; row < count; row++)
      for (let unit = 0; unit < width; unit++) out[at++] = values[row * stride + unit] as number;
  }

  function answer(features: Float32Array, out: Float32Array, from: number, end: number): void {
    for (let first = from; first < end; first += blockRows) answerBlock(features, out, first, Math.min(blockRows, end - first));
  }

  async function answerByTurns(features: Float32Array, out: Float32Array, rows: number): Promise<void> {
    for (let first = 0; first < rows; first += rowsATurn) {
      if (first > 0) await new Promise(setImmediate);
      answer(features, out, first, Math.min(first + rowsATurn, rows));
    }
  }

  return {
    work,
    predict([input]) {
      const rows = rowCount(input as Tensor);
      const features = input?.data as Float32Array;
      const data = new Float32Array(rows * width);
      const answers = [{ name, datatype, shape: [rows, width], data, ...(columns && { columns }) }];
      if (rows > rowsATurn) return answerByTurns(features, data, rows).then(() => answers);
      answer(features, data, 0, rows);
      return answers;
    },
  };
}
