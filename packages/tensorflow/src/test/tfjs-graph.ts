import type { Tensor } from '@switchyard/protocol';

const type = (value: string) => ({ type: value });
const no = { b: false };

/** A graph model of TensorFlow.js, softmax(x · weights + bias), and what it answers to two rows. */
export function tfjsGraph() {
  const weights = Float32Array.of(1, 2, 3, -1, 0.5, 0, 0.25, -0.25, 0);
  const constant = (name: string) => ({ name, op: 'Const', attr: { dtype: type('DT_FLOAT') } });
  const node = [
    { name: 'input', op: 'Placeholder', attr: { dtype: type('DT_FLOAT'), shape: { shape: { dim: [{ size: '-1' }, { size: '2' }] } } } },
    constant('weights'),
    constant('bias'),
    { name: 'matmul', op: 'MatMul', input: ['input', 'weights'], attr: { T: type('DT_FLOAT'), transpose_a: no, transpose_b: no } },
    { name: 'scores', op: 'BiasAdd', input: ['matmul', 'bias'], attr: { T: type('DT_FLOAT') } },
    { name: 'softmax', op: 'Softmax', input: ['scores'], attr: { T: type('DT_FLOAT') } },
  ];
  const port = (name: string, size: string) => ({ name, dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size }] } });
  const file = {
    format: 'graph-model',
    signature: { inputs: { x: port('input', '2') }, outputs: { probabilities: port('softmax', '3') } },
    modelTopology: { node, library: {}, versions: { producer: 1087 } },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: [
          { name: 'weights', shape: [2, 3], dtype: 'float32' },
          { name: 'bias', shape: [3], dtype: 'float32' },
        ],
      },
    ],
  };
  const x: Tensor = { name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 1, -2, 3) };
  return {
    file,
    files: {
      'tfjs/model.json': new TextEncoder().encode(JSON.stringify(file)),
      'tfjs/weights.bin': new Uint8Array(weights.buffer),
    } as Readonly<Record<string, Uint8Array>>,
    x,
    answer: [softmax([0.25, 2.25, 3]), softmax([-4.75, -2.75, -6])].flat(),
  };
}

function softmax(scores: number[]): number[] {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
