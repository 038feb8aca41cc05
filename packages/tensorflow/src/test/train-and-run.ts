// Trains a small model by a traced step, makes a graph of it, and holds the graph's answers against the layers'. Ends with 1 where that fails.
import assert from 'node:assert/strict';
import { compileLayers, openTensorFlow, traceFunction, type Scalar, type Tensor2D } from '@switchyard/tensorflow';

const { tf, backend, reason } = await openTensorFlow({ backend: 'native' });
const model = tf.sequential({
  layers: [tf.layers.dense({ units: 8, activation: 'relu', inputShape: [4] }), tf.layers.dense({ units: 2, activation: 'softmax' })],
});
const x = tf.randomUniform([64, 4], -1, 1, 'float32', 7) as Tensor2D;
const truth = tf.oneHot(tf.cast(tf.greater(tf.sum(x, 1), 0), 'int32'), 2) as Tensor2D;
const optimizer = tf.train.adam(0.05);
const loss = (rows: Tensor2D, wanted: Tensor2D): Scalar =>
  tf.mean(tf.metrics.categoricalCrossentropy(wanted, model.apply(rows) as Tensor2D));
const step = traceFunction((rows: Tensor2D, wanted: Tensor2D) => optimizer.minimize(() => loss(rows, wanted), true) as Scalar);

const losses = Array.from({ length: 60 }, () => step(x, truth).dataSync()[0] as number);
assert.deepEqual(step.status(), { traces: 1 });
assert.ok((losses.at(-1) as number) < 0.5 * (losses[0] as number), `the loss went from ${losses[0]} to ${losses.at(-1)}`);

const spec = (name: string, width: number) => ({ name, datatype: 'FP32' as const, shape: [-1, width] });
const graph = compileLayers(model, { inputs: [spec('x', 4)], outputs: [spec('y', 2)] });
const data = x.dataSync() as Float32Array;
const [answer] = await graph.predict([{ name: 'x', datatype: 'FP32', shape: [64, 4], data }]);
const expected = (model.predict(x) as Tensor2D).dataSync();
(answer!.data as Float32Array).forEach((value, at) => assert.ok(Math.abs(value - (expected[at] as number)) < 1e-5, `element ${at}`));
console.log(
  `Node ${process.versions.node}: ${backend}, ${reason}; the loss fell from ${losses[0]?.toFixed(3)} to ${losses.at(-1)?.toFixed(3)}`,
);
process.exit(0);
