import { describe, expect, test } from 'vitest';
import type { Tensor } from '@switchyard/protocol';
import { heldTo } from '../graph-model.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { onnxAnswers, onnxFiles, onnxTensors, withoutOnnxRuntime } from '../test/onnx.ts';
import { loadOnnx } from './load-onnx.ts';

const answered = onnxAnswers();
const float = (name: string, shape: number[], ...values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: Float32Array.from(values),
});

describe.skipIf(withoutOnnxRuntime())('with onnxruntime', () => {
  test.each(Object.keys(answered))('"%s" answers as in Python', async (name) => {
    const { inputs, outputs } = answered[name]!;
    const model = await loadOnnx(onnxFiles(name));
    const answers = await model.predict(onnxTensors(model.signature.inputs, inputs));
    model.dispose();
    expect(answers.map((each) => each.name)).toEqual(Object.keys(outputs));
    const expected = onnxTensors(model.signature.outputs, outputs);
    for (const [at, { data, ...rest }] of answers.entries()) {
      const { data: values, ...facts } = expected[at]!;
      expect(rest).toEqual(facts);
      if (data instanceof Float32Array) for (const [index, value] of data.entries()) expect(value).toBeCloseTo(values[index] as number, 5);
      else expect(data).toEqual(values);
    }
  });

  test('integers beyond 2^53 and half floats are exact', async () => {
    const model = await loadOnnx(onnxFiles('types'));
    const answers = await model.predict(onnxTensors(model.signature.inputs, answered['types']!.inputs));
    model.dispose();
    const data = Object.fromEntries(answers.map((each) => [each.name, each.data]));
    expect(data['int64-swapped']).toEqual(BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n, -1n, 2n ** 63n - 1n));
    expect(data['uint64-swapped']).toEqual(BigUint64Array.of(2n ** 64n - 1n, 2n ** 53n + 1n, 0n, 128n));
    expect(data['half-swapped']).toEqual(Float32Array.of(-65_504, 1.5, 0.0999755859375, 2 ** -24));
  });

  test('one that was exported for one row answers several, each alone', async () => {
    const model = await loadOnnx(onnxFiles('one-row'));
    expect(model.batching).toBe(false);
    const rows = [1, 2, 3].map((seed) => Array.from({ length: 50 }, (_, at) => Math.sin(seed * at)));
    const [together] = await model.predict([float('image', [3, 2, 5, 5], ...rows.flat())]);
    const alone = await Promise.all(rows.map((row) => model.predict([float('image', [1, 2, 5, 5], ...row)])));
    model.dispose();
    expect(together).toEqual(float('scores', [3, 3], ...alone.flatMap(([answer]) => [...(answer!.data as Float32Array)])));
  });

  test('any number of rows goes in at once, many calls too, and the memory of a request stays its own', async () => {
    const model = await loadOnnx(onnxFiles('mlp'));
    expect(model.batching).toBe(true);
    expect(model.facts).toEqual({
      backend: 'onnxruntime',
      'backend-reason': expect.stringMatching(/^onnxruntime-node \d+\.\d+\.\d+, on the CPU$/),
      operators: 'ai.onnx 17',
    });
    const request = Float32Array.from({ length: 4000 }, (_, at) => Math.cos(at));
    const x = { name: 'x', datatype: 'FP32', shape: [1000, 4], data: request } as const;
    const answers = await Promise.all(Array.from({ length: 8 }, () => model.predict([x])));
    model.dispose();
    expect(request.length).toBe(4000);
    for (const [answer] of answers) expect(answer).toEqual(answers[0]![0]);
    expect(answers[0]![0]!.shape).toEqual([1000, 3]);
  });

  test('what a model does not answer is refused in words, and the next call is answered', async () => {
    const model = await loadOnnx(onnxFiles('several'));
    const given = (kind: number): Tensor[] => [
      float('x', [1, 3], 1, 2, 3),
      { name: 'kind', datatype: 'INT64', shape: [1], data: BigInt64Array.of(BigInt(kind)) },
      float('words', [1, 1, 2], 1, 2),
    ];
    await expect(model.predict(given(6))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^the model cannot answer this: operation Gather: indices element out of data bounds, idx=6/),
    });
    expect((await model.predict(given(5))).map(({ shape }) => shape)).toEqual([[1, 4], [1], [1, 1, 2]]);
    model.dispose();
  });

  test.each([
    [
      'refused-lies',
      'does not answer one row of zeros: the model gave float32 [1, 2] as output "y", which it states to be float32 [-1, 5]',
    ],
    ['refused-zero', 'does not answer one row of zeros: the model cannot answer this: operation Div: '],
    ['refused-operation', 'onnxruntime refuses model.onnx: Fatal error: calendar:Tomorrow(-1) is not a registered function/op'],
  ])('"%s": %s', async (name, message) => {
    const error: unknown = await loadOnnx(onnxFiles(name)).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TensorFlowError);
    expect((error as Error).message).toContain(message);
  });

  test('is held to the signature of its artifact', async () => {
    const model = await loadOnnx(onnxFiles('mlp'));
    const x = { name: 'x', datatype: 'FP32', shape: [-1, 4] } as const;
    const stated = { name: 'probabilities', datatype: 'FP32', shape: [-1, 3], columns: ['a', 'b', 'c'] } as const;
    const held = heldTo({ inputs: [x], outputs: [stated] }, model);
    expect(await held.predict([float('x', [2, 4], 1, 2, 3, 4, 5, 6, 7, 8)])).toMatchObject([{ shape: [2, 3], columns: ['a', 'b', 'c'] }]);
    expect(() => heldTo({ inputs: [{ ...x, datatype: 'FP64' }], outputs: [stated] }, model)).toThrow(
      'the signature states input "x" as FP64 [-1, 4], but the model has FP32 [-1, 4]',
    );
    held.dispose();
  });
});
