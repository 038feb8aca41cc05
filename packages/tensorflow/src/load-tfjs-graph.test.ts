import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadTfjsGraph } from './load-tfjs-graph.ts';
import { tfjsGraph } from './test/tfjs-graph.ts';
import { whyNotNative } from './test/native.ts';

const { files, file, x, answer } = tfjsGraph();
const changed = (changes: object) => ({ ...files, 'tfjs/model.json': new TextEncoder().encode(JSON.stringify({ ...file, ...changes })) });
const backends = [...(whyNotNative() === undefined ? ['native'] : []), 'wasm', 'plain'];

test.each(backends)('runs on the backend "%s", alike', async (backend) => {
  const script = `
    const { openTensorFlow, loadTfjsGraph } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
    const { tfjsGraph } = await import(${JSON.stringify(import.meta.resolve('./test/tfjs-graph.ts'))});
    const { tf } = await openTensorFlow({ backend: '${backend}' });
    const { files, x } = tfjsGraph();
    const model = await loadTfjsGraph(files);
    const before = tf.memory().numTensors;
    const [y] = model.predict([x]);
    console.log(JSON.stringify({ signature: model.signature, shape: y.shape, data: [...y.data], left: tf.memory().numTensors - before }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, '--input-type=module', '--eval', script]);
  const { signature, shape, data, left } = JSON.parse(stdout) as { signature: unknown; shape: number[]; data: number[]; left: number };
  expect(signature).toEqual({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 3] }],
  });
  expect(shape).toEqual([2, 3]);
  for (const [index, value] of data.entries()) expect(value).toBeCloseTo(answer[index] as number, 6);
  expect(left).toBe(0);
});

test('a file without a signature is served by the names of its nodes', async () => {
  const { signature, predict, dispose } = await loadTfjsGraph(changed({ signature: undefined }));
  expect(signature.inputs).toEqual([{ name: 'input', datatype: 'FP32', shape: [-1, 2] }]);
  expect(signature.outputs).toEqual([{ name: 'softmax', datatype: 'FP32', shape: [-1, 3] }]);
  expect(predict([{ ...x, name: 'input' }])[0]?.shape).toEqual([2, 3]);
  dispose();
});

test.each([
  ['a layers model', changed({ modelTopology: { model_config: {} } }), 'it has no "modelTopology.node"'],
  ['weights that are cut off', { ...files, 'tfjs/weights.bin': new Uint8Array(8) }, 'tfjs/weights.bin: 8 bytes, but its weights are 36'],
  ['no weights', { 'tfjs/model.json': files['tfjs/model.json'] as Uint8Array }, 'tfjs/weights.bin is missing'],
  ['half a file', { ...files, 'tfjs/model.json': (files['tfjs/model.json'] as Uint8Array).subarray(0, 99) }, 'is not JSON'],
  [
    'an operation that nobody has',
    changed({
      modelTopology: {
        ...file.modelTopology,
        node: file.modelTopology.node.map((each) => ({ ...each, op: each.op.replace('Softmax', 'Tomorrow') })),
      },
    }),
    /its graph cannot be (built|run): .*Tomorrow/,
  ],
  [
    'an input of no known datatype',
    changed({
      signature: { ...file.signature, inputs: { x: { name: 'input', dtype: 'DT_HALF', tensorShape: { dim: [{ size: '1' }] } } } },
    }),
    'input "x" has the datatype DT_HALF, which is not served',
  ],
])('refuses %s', async (_, broken, message) => {
  await expect(loadTfjsGraph(broken)).rejects.toThrow(message);
});
