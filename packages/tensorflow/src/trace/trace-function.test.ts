import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Scalar, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core';
import type { Library } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { whyNotNative } from '../test/native.ts';
import { traceFunction } from './trace-function.ts';

const values = (tensor: Tensor): number[] => [...tensor.dataSync()];

describe.skipIf(whyNotNative() !== undefined)('a traced function', () => {
  let tf: Library;
  let warnings: string[];
  const warn = (message: string): void => void warnings.push(message);
  beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'native' })));
  beforeEach(() => {
    warnings = [];
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
  });

  test('runs its body once for each signature, and answers for each', () => {
    let runs = 0;
    const double = traceFunction((x: Tensor) => {
      runs++;
      return tf.mul(x, 2);
    });
    for (const rows of [3, 3, 2, 3, 2]) expect(values(double(tf.ones([rows])))).toEqual(Array.from({ length: rows }, () => 2));
    expect(values(double(tf.tensor1d([4], 'int32')))).toEqual([8]);
    expect(runs).toBe(3);
    expect(double.status()).toEqual({ traces: 3 });
    double.dispose();
    expect(double.status()).toEqual({ traces: 0 });
    expect(values(double(tf.ones([3])))).toEqual([2, 2, 2]);
    double.dispose();
  });

  test('answers structures of tensors as its body does', () => {
    const traced = traceFunction((x: Tensor) => ({ twice: tf.add(x, x), parts: [x, tf.neg(x)], nothing: undefined }));
    for (let call = 0; call < 2; call++) {
      const { twice, parts, nothing } = traced(tf.tensor1d([call + 1]));
      expect([twice, ...parts].map(values)).toEqual([[2 * call + 2], [call + 1], [-call - 1]]);
      expect(nothing).toBeUndefined();
    }
    traced.dispose();
  });

  test('holds no more traces than it may, and drops the one unused for longest', () => {
    let runs = 0;
    const traced = traceFunction(
      (x: Tensor) => {
        runs++;
        return tf.square(x);
      },
      { cache: 2 },
    );
    for (const rows of [1, 2, 1, 3, 1]) traced(tf.ones([rows]));
    expect(traced.status()).toEqual({ traces: 2 });
    expect(runs).toBe(3); // 1 was used after 2, so 2 went
    traced(tf.ones([2]));
    expect(runs).toBe(4);
    traced.dispose();
  });

  test('updates variables, sees what others assign to them, and shares them between its traces', () => {
    const total = tf.variable(tf.scalar(10));
    const add = traceFunction((x: Tensor1D) => {
      total.assign(tf.add(total, tf.sum(x)) as Scalar);
      return total.clone();
    });
    expect(values(add(tf.tensor1d([1, 2])))).toEqual([13]);
    expect(values(add(tf.tensor1d([1, 2])))).toEqual([16]);
    expect(values(add(tf.tensor1d([4])))).toEqual([20]); // a last partial batch
    total.assign(tf.scalar(0));
    expect(values(add(tf.tensor1d([1, 2])))).toEqual([3]);
    expect(values(total)).toEqual([3]);
    expect(add.status()).toEqual({ traces: 2 });
    add.dispose();
    expect(values(total)).toEqual([3]);
  });

  test("keeps an optimizer's state and counts its steps", () => {
    const fit = (trace: boolean) => {
      const weight = tf.variable(tf.tensor1d([1, 2]));
      const optimizer = tf.train.adam(0.1);
      const body = (x: Tensor) => optimizer.minimize(() => tf.sum(tf.square(tf.mul(weight, x))) as Scalar, true, [weight]) as Scalar;
      const step = trace ? traceFunction(body) : body;
      for (let count = 0; count < 4; count++) step(tf.tensor1d([3, count]));
      return { weight: values(weight), iterations: optimizer.iterations };
    };
    const [eager, traced] = [fit(false), fit(true)];
    expect(traced.iterations).toBe(eager.iterations);
    for (const [at, value] of traced.weight.entries()) expect(value).toBeCloseTo(eager.weight[at] as number, 5);
  });

  test('draws anew at each call, as often as it draws in it, and the same of the same seed', () => {
    const draw = traceFunction((x: Tensor) => [tf.dropout(x, 0.5), tf.randomUniform([8]), tf.randomNormal([8], 3, 0.001)]);
    const once = (): number[][] => draw(tf.ones([1000])).map(values);
    const [first, second] = [once(), once()] as [number[][], number[][]];
    expect(draw.status()).toEqual({ traces: 1 });
    for (const [at, drawn] of first.entries()) expect(drawn).not.toEqual(second[at]);
    const kept = first[0]!.filter((value) => value === 2).length;
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThan(600);
    expect(first[0]!.every((value) => value === 0 || value === 2)).toBe(true);
    expect(first[2]!.every((value) => Math.abs(value - 3) < 0.01)).toBe(true);
    const own = Math.random;
    Math.random = () => 0.25;
    expect(once()).toEqual(once());
    Math.random = own;
    draw.dispose();
  });

  test('trains dropout and batch normalization, whose moving averages it updates', () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 4, inputShape: [3] }), tf.layers.batchNormalization(), tf.layers.dropout({ rate: 0.5 })],
    });
    const forward = traceFunction((x: Tensor) => model.apply(x, { training: true }) as Tensor);
    const x = tf.randomNormal([16, 3], 5);
    const before = model.getWeights().map((weight) => values(weight));
    const [first, second] = [values(forward(x)), values(forward(x))];
    expect(first).not.toEqual(second);
    const moved = model.getWeights().filter((weight, at) => String(values(weight)) !== String(before[at]));
    expect(moved).toHaveLength(2);
    expect(forward.status()).toEqual({ traces: 1 });
    forward.dispose();
  });

  test('uses tensors from outside, small ones and large', () => {
    const [small, large] = [tf.tensor1d([1]), tf.mul(tf.ones([5000]), 2)];
    const traced = traceFunction((x: Tensor) => tf.sum(tf.add(tf.mul(large, x), small)));
    for (const factor of [1, 2, 3]) expect(values(traced(tf.scalar(factor)))).toEqual([5000 * (2 * factor + 1)]);
    traced.dispose();
    expect(values(tf.sum(large))).toEqual([10_000]);
  });

  test('is traced anew for another state', () => {
    let training = true;
    const traced = traceFunction((x: Tensor) => (training ? tf.neg(x) : x.clone()), { state: () => String(training) });
    expect(values(traced(tf.scalar(1)))).toEqual([-1]);
    training = false;
    expect(values(traced(tf.scalar(1)))).toEqual([1]);
    expect(traced.status()).toEqual({ traces: 2 });
    traced.dispose();
  });

  test('leaves no tensor behind', () => {
    const weight = tf.variable(tf.ones([3]));
    const traced = traceFunction((x: Tensor) => {
      weight.assign(tf.add(weight, x) as Variable);
      return tf.sum(weight);
    });
    const call = (): void => tf.dispose([traced(tf.ones([3]))]);
    const alive = () => [tf.memory().numDataBuffers, tf.backend().numDataIds()];
    tf.tidy(call);
    const before = alive();
    for (let count = 0; count < 100; count++) tf.tidy(call);
    expect(alive()).toEqual(before);
    traced.dispose();
  });

  const untraceable: Readonly<Record<string, [(x: Tensor) => Tensor, RegExp]>> = {
    'reads a value': [(x) => tf.mul(x, x.dataSync()[0] as number), /reads the values of a tensor in JavaScript/],
    'branches on data': [
      (x) => ((tf.sum(x).dataSync()[0] as number) > 0 ? tf.neg(x) : x.clone()),
      /reads the values of a tensor in JavaScript/,
    ],
    'draws in JavaScript': [(x) => tf.mul(x, Math.random() < 2 ? 2 : 3), /draws random numbers in JavaScript/],
    'makes variables at each call': [(x) => tf.add(x, tf.variable(tf.scalar(1))), /makes variables at each call/],
  };
  test.each(Object.keys(untraceable))('falls back with one warning where it %s', (what) => {
    const [body, reason] = untraceable[what] as [(x: Tensor) => Tensor, RegExp];
    const traced = traceFunction(body, { name: 'mine', warn });
    for (let call = 1; call <= 4; call++) {
      const x = tf.tensor1d([call, -7]);
      expect(values(traced(x))).toEqual(values(body(x)));
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^mine is not traced, and runs operation by operation: /);
    expect(warnings[0]).toMatch(reason);
    expect(traced.status()).toEqual({ traces: 0, eager: expect.stringMatching(reason) });
  });

  test('passes on what its body throws, and can be called again', () => {
    let fails = true;
    const traced = traceFunction((x: Tensor) => {
      if (fails) throw new Error('not yet');
      return tf.neg(x);
    });
    expect(() => traced(tf.scalar(1))).toThrow('not yet');
    fails = false;
    expect(values(traced(tf.scalar(1)))).toEqual([-1]);
    expect(values(traced(tf.scalar(2)))).toEqual([-2]);
    traced.dispose();
  });

  test('refuses an index that is out of range, in a graph too', () => {
    const traced = traceFunction((rows: Tensor1D) => tf.gather(tf.tensor1d([1, 2, 3]), rows));
    expect(values(traced(tf.tensor1d([2, 0], 'int32')))).toEqual([3, 1]);
    expect(() => traced(tf.tensor1d([0, 3], 'int32'))).toThrow(/3 is not in \[0, 3\)/);
    traced.dispose();
  });

  test('is a part of the one that calls it, and of a gradient', () => {
    const inner = traceFunction((x: Tensor) => tf.square(x));
    const outer = traceFunction((x: Tensor) => tf.add(inner(x), 1));
    expect(values(outer(tf.scalar(3)))).toEqual([10]);
    expect(inner.status()).toEqual({ traces: 0 });
    expect(values(tf.grad((x) => inner(x))(tf.scalar(3)))).toEqual([6]);
    outer.dispose();
  });

  test('says why where the add-on is another than it knows', () => {
    const backend = tf.backend() as unknown as Record<string, unknown>;
    backend['incRef'] = undefined;
    try {
      const traced = traceFunction((x: Tensor) => tf.neg(x), { warn });
      expect(traced.status()).toEqual({ traces: 0 });
      traced(tf.scalar(1));
      expect(warnings[0]).toMatch(/this @tensorflow\/tfjs-node has no incRef/);
    } finally {
      delete backend['incRef'];
    }
  });
});
