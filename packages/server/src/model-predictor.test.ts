import type { Payload, Tensor } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { classNames, linearModel, signature, someRow, someWeights, width } from './fixtures/linear.ts';
import { callOf, linearPredictor, unit } from './fixtures/serving.ts';
import { modelPredictor } from './model-predictor.ts';
import { fixedModel } from './model-source.ts';
import type { Model } from './model.ts';

const payload: Payload = {
  kind: 'tensors',
  tensors: [{ name: '', datatype: 'FP64', shape: [1, width], data: Float64Array.from(someRow) }],
};
const outputs = (answer: { payload: Payload }): readonly Tensor[] => {
  if (answer.payload.kind !== 'tensors') throw new Error('the answer is no tensor');
  return answer.payload.tensors;
};
const predictorOf = (patch: Partial<Model>) => linearPredictor({ ...linearModel(someWeights), ...patch });

test('an answer has the columns of the signature, the encoding of the request, and says who made it', async () => {
  const answer = await linearPredictor().predict(callOf(payload, { meta: { tags: { mine: 1 } } }));
  expect(answer.meta).toEqual({ puid: 'id-1', tags: { mine: 1 }, routing: {}, requestPath: { [unit.unit]: unit.image } });
  expect(answer).toMatchObject({ encoding: 'ndarray', version: '3' });
  const [output] = outputs(answer);
  expect(output).toMatchObject({ name: 'probabilities', shape: [1, 3], columns: classNames });
  expect([...((output as Tensor).data as Float32Array)].reduce((a, b) => a + b)).toBeCloseTo(1, 6);
});

test('what a model reports goes into meta', async () => {
  const model = linearModel(someWeights);
  const predictor = predictorOf({
    predict(inputs, report) {
      report?.tag('rows', 1);
      report?.metric({ key: 'seen', type: 'COUNTER', value: 1 });
      return model.predict(inputs);
    },
  });
  const { meta } = await predictor.predict(callOf(payload, { meta: { tags: { mine: 1 } } }));
  expect(meta).toMatchObject({ tags: { mine: 1, rows: 1 }, metrics: [{ key: 'seen', type: 'COUNTER', value: 1 }] });
});

test('an answer that is not finite, or not of its own shape, is an error of the server', () => {
  const answer = (data: Float32Array) => () => [{ name: 'probabilities', datatype: 'FP32', shape: [1, 3], data } as Tensor];
  expect(() => predictorOf({ predict: answer(Float32Array.of(0, NaN, 1)) }).predict(callOf(payload))).toThrow(
    expect.objectContaining({ code: 'INTERNAL', message: 'the model gave NaN as element 1 of output "probabilities"' }),
  );
  expect(() => predictorOf({ predict: answer(Float32Array.of(0)) }).predict(callOf(payload))).toThrow(
    expect.objectContaining({ code: 'INTERNAL', message: 'the model gave 1 elements for output "probabilities" of shape [1, 3]' }),
  );
});

test('metadata states the signature, the version, the range and the model’s facts', async () => {
  expect(await linearPredictor().metadata()).toEqual({
    name: 'lines',
    versions: ['3'],
    platform: 'test',
    custom: { 'range.x': '0..1', 'columns.probabilities': JSON.stringify(classNames), backend: 'plain' },
    ...signature,
  });
});

test('a model is scaled for: values reach it as it was trained on', async () => {
  const seen: number[] = [];
  const model = linearModel(someWeights);
  const spy: Model = {
    ...model,
    predict(inputs) {
      seen.push(...(inputs[0]?.data as Float32Array));
      return model.predict(inputs);
    },
  };
  await modelPredictor(fixedModel('m', spy, { scaling: { scale: 255, offset: 0 } }), unit).predict(callOf(payload));
  expect(seen).toEqual(someRow.map((value) => value * 255));
});
