import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGrpcError, grpcClient, type GrpcClient } from './grpc-client.ts';
import { metric, post, type Json } from './rest-client.ts';
import { closeTo } from './seldon-rest.ts';
import type { Subject } from './target.ts';

/** Seldon's gRPC services. */
export function seldonGrpc(subject: Subject): void {
  const tensor = (values: readonly number[] = subject.target.row): Json => ({ data: { tensor: { shape: [1, values.length], values } } });
  let seldon: GrpcClient;

  describe('Seldon gRPC', () => {
    beforeAll(() => void (seldon = grpcClient('seldon.protos.Seldon', subject.target.grpc)));
    afterAll(() => seldon?.close());

    test('a tensor is answered with a tensor: the numbers that REST gives, a puid, a status of success by its absence', async () => {
      const { data, meta } = await seldon.call('Predict', tensor());
      expect(data.tensor.shape).toEqual([1, subject.target.classes]);
      const rest = await post(`${subject.target.http}/api/v1.0/predictions`, { data: { ndarray: [subject.target.row] } });
      closeTo(data.tensor.values, rest.json.data.ndarray[0]);
      expect(data.names).toEqual(rest.json.data.names);
      expect(meta.puid).toMatch(/^[0-9a-v]{26}$/);
    });

    test('an ndarray is answered with an ndarray', async () => {
      const row = { listValue: { values: subject.target.row.map((numberValue) => ({ numberValue })) } };
      const { data } = await seldon.call('Predict', { data: { ndarray: { values: [row] } } });
      expect(data.ndarray.values).toHaveLength(1);
      const values = data.ndarray.values[0].listValue.values.map(({ numberValue = 0 }) => numberValue);
      closeTo(values, (await seldon.call('Predict', tensor())).data.tensor.values);
    });

    test('a tftensor is answered with a tftensor', async () => {
      const dim = [{ size: 1 }, { size: subject.target.width }];
      const { data } = await seldon.call('Predict', {
        data: { tftensor: { dtype: 'DT_DOUBLE', tensor_shape: { dim }, double_val: subject.target.row } },
      });
      expect(data.tftensor.tensor_shape.dim.map(({ size }: Json) => size)).toEqual([1, subject.target.classes]);
    });

    test("the client's own puid and tags come back", async () => {
      const { meta } = await seldon.call('Predict', { meta: { puid: 'mine-4', tags: { batch: { stringValue: 'a' } } }, ...tensor() });
      expect(meta).toMatchObject({ puid: 'mine-4', tags: { batch: { stringValue: 'a' } } });
    });

    test('a feedback with reward 0 counts', async () => {
      const { http } = subject.target;
      const count = (): Promise<number> => metric(http, 'seldon_api_model_feedback_total');
      const response = await seldon.call('Predict', tensor());
      const before = await count();
      await seldon.call('SendFeedback', { request: tensor(), response, reward: 0 });
      expect(await count()).toBeGreaterThan(before);
      for (const reward of [-1, Number.NaN, Infinity]) {
        await expectGrpcError(seldon.call('SendFeedback', { request: tensor(), response, reward }), status.INVALID_ARGUMENT, /reward/);
      }
    });

    test('bad input is INVALID_ARGUMENT, in the words of REST', async () => {
      const { row, width, badValue } = subject.target;
      const code = status.INVALID_ARGUMENT;
      await expectGrpcError(seldon.call('Predict', tensor(row.slice(1))), code, String(width), String(width - 1));
      await expectGrpcError(seldon.call('Predict', tensor([Number.NaN, ...row.slice(1)])), code, /NaN/);
      await expectGrpcError(seldon.call('Predict', { strData: 'seven' }), code, String(width));
      await expectGrpcError(seldon.call('Predict', {}), code);
      await expectGrpcError(seldon.call('Predict', { data: { tensor: { shape: [3, width], values: row } } }), code);
      if (badValue !== undefined)
        await expectGrpcError(seldon.call('Predict', tensor([...row.slice(1), badValue])), code, String(badValue));
    });

    test('metadata is there, of the whole and of its graph', async () => {
      const graph = await seldon.call('GraphMetadata', {});
      expect(Object.keys(graph.models).length).toBeGreaterThan(0);
      const [unit] = Object.keys(graph.models);
      expect((await seldon.call('ModelMetadata', { name: unit })).name).toBeTypeOf('string');
      await expectGrpcError(seldon.call('ModelMetadata', { name: 'no-such-unit' }), status.NOT_FOUND, 'no-such-unit');
    });

    if (subject.kind === 'model')
      test('the internal service of a model answers alike', async () => {
        const model = grpcClient('seldon.protos.Model', subject.target.grpc);
        const generic = grpcClient('seldon.protos.Generic', subject.target.grpc);
        try {
          expect((await model.call('Predict', tensor())).data).toEqual((await seldon.call('Predict', tensor())).data);
          expect((await model.call('Metadata', {})).name).toBeTypeOf('string');
          await model.call('SendFeedback', { response: {}, reward: 1 });
          await generic.call('SendFeedback', { response: {}, reward: 1 });
          await expectGrpcError(generic.call('Route', tensor()), status.UNIMPLEMENTED);
        } finally {
          model.close();
          generic.close();
        }
      });
  });
}
