import { expect, test } from 'vitest';
import { ModelStatisticsRequest, ModelStatisticsResponse } from '../generated/messages.ts';
import { toBigInt } from '../int64.ts';
import { decodeModelStatisticsRequest, encodeModelStatistics, modelStatisticsJson, type ModelStatistics } from './statistics.ts';

const model: ModelStatistics = {
  name: 'm',
  version: '3',
  lastInference: 1_700_000_000_000,
  inferences: 40,
  executions: 4,
  success: { count: 4, nanoseconds: 2_000_000.4 },
  fail: { count: 1, nanoseconds: 1000 },
};

test('JSON and protobuf say the same', () => {
  const { batch_stats, ...json } = JSON.parse(modelStatisticsJson([model]).toString()).model_stats[0];
  expect(batch_stats).toEqual([]);
  expect(json).toMatchObject({ name: 'm', version: '3', inference_count: 40, execution_count: 4, last_inference: 1_700_000_000_000 });
  expect(json.inference_stats).toMatchObject({ success: { count: 4, ns: 2_000_000 }, fail: { count: 1, ns: 1000 }, queue: { count: 0 } });
  const [proto] = ModelStatisticsResponse.decode(encodeModelStatistics([model])).model_stats ?? [];
  const { fail } = proto?.inference_stats ?? {};
  expect([proto?.name, toBigInt(fail?.count ?? 0), toBigInt(fail?.ns ?? 0), toBigInt(proto?.last_inference ?? 0)]).toEqual([
    'm',
    1n,
    1000n,
    1_700_000_000_000n,
  ]);
});

test('the parts of a request’s time are told where they are known', () => {
  const part = (nanoseconds: number) => ({ count: 4, nanoseconds });
  const parts = { queue: part(1), input: part(2), infer: part(3), output: part(4) };
  const [json] = JSON.parse(modelStatisticsJson([{ ...model, parts }]).toString()).model_stats;
  expect(json.inference_stats).toMatchObject({
    queue: { count: 4, ns: 1 },
    compute_input: { count: 4, ns: 2 },
    compute_infer: { count: 4, ns: 3 },
    compute_output: { count: 4, ns: 4 },
  });
});

test('a request names a model, a version of it, or none', () => {
  const decode = (request: ModelStatisticsRequest) => decodeModelStatisticsRequest(ModelStatisticsRequest.encode(request).finish());
  expect(decode({})).toEqual({ name: '' });
  expect(decode({ name: 'm', version: '3' })).toEqual({ name: 'm', version: '3' });
});
