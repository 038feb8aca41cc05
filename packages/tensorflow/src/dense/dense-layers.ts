import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { activations, type Activation } from './activations.ts';

export type DenseLayer = {
  readonly inputs: number;
  readonly units: number;
  /** `inputs × units` */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** One after the other. */
  readonly activations: readonly Activation[];
};

type Layer = LayersModel['layers'][number];

/** The layers of a model that is dense layers one behind the other, with activations that we know; undefined of any other. */
export function denseLayers({ layers, inputs, outputs }: LayersModel): readonly DenseLayer[] | undefined {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0 || outputs.length !== 1 || input.shape.length !== 2 || input.dtype !== 'float32')
    return undefined;
  const found: DenseLayer[] = [];
  let last: unknown = input;
  for (const layer of layers) {
    if (layer.getClassName() === 'InputLayer') continue;
    if (layer.inboundNodes.length !== 1 || layer.input !== last) return undefined;
    last = layer.output;
    if (layer.getClassName() === 'Dense') found.push(denseLayer(layer));
    const [activation, before] = [activationOf(layer), found.at(-1)];
    if (activation === undefined || before === undefined) return undefined;
    found[found.length - 1] = { ...before, activations: [...before.activations, activation] };
  }
  return found.length > 0 && last === outputs[0] ? found : undefined;
}

function denseLayer(layer: Layer): DenseLayer {
  const [kernel, bias] = layer.getWeights() as [Tensor, Tensor?];
  const [inputs, units] = kernel.shape as [number, number];
  return {
    inputs,
    units,
    weights: kernel.dataSync<'float32'>(),
    bias: bias?.dataSync<'float32'>() ?? new Float32Array(units),
    activations: [],
  };
}

/** What a layer does to the sums of a dense one, be it that one itself; undefined where it does something else. */
function activationOf(layer: Layer): Activation | undefined {
  const { activation, axis } = layer.getConfig();
  switch (layer.getClassName()) {
    case 'Dense':
    case 'Activation':
      return typeof activation === 'string' && Object.hasOwn(activations, activation) ? activations[activation] : undefined;
    case 'Softmax':
      return axis === undefined || axis === -1 || axis === 1 ? activations['softmax'] : undefined;
    case 'Dropout': // for training only
      return activations['linear'];
    default:
      return undefined;
  }
}
