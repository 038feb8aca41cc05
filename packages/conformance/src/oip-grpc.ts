import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGrpcError, grpcClient, type GrpcClient } from './grpc-client.ts';
import { post, type Json } from './rest-client.ts';
import { closeTo } from './seldon-rest.ts';
import type { Subject } from './target.ts';

/** The Open Inference Protocol by gRPC, and the gRPC health checking protocol. */
export function oipGrpc(subject: Subject): void {
  let oip: GrpcClient;
  let name = 'x';
  const head = (patch: Json = {}): Json => ({ name, datatype: 'FP32', shape: [1, subject.target.width], ...patch });
  const typed = (patch: Json = {}): Json => ({
    model_name: subject.target.model,
    inputs: [head({ contents: { fp32_contents: subject.target.row }, ...patch })],
  });
  const raw = (patch: Json = {}): Json => ({
    model_name: subject.target.model,
    inputs: [head()],
    raw_input_contents: [Buffer.from(Float32Array.from(subject.target.row).buffer)],
    ...patch,
  });

  describe('Open Inference Protocol gRPC', () => {
    beforeAll(async () => {
      oip = grpcClient('inference.GRPCInferenceService', subject.target.grpc);
      name = (await oip.call('ModelMetadata', { name: subject.target.model })).inputs?.[0]?.name ?? 'x';
    });
    afterAll(() => oip?.close());

    test('it is live and ready, and says what it is', async () => {
      const { model } = subject.target;
      expect(await oip.call('ServerLive', {})).toMatchObject({ live: true });
      expect(await oip.call('ServerReady', {})).toMatchObject({ ready: true });
      expect(await oip.call('ModelReady', { name: model })).toMatchObject({ ready: true });
      expect((await oip.call('ServerMetadata', {})).extensions).toContain('binary_tensor_data');
      expect((await oip.call('ModelMetadata', { name: model })).name).toBe(model);
    });

    test('typed contents are answered with typed contents: the numbers that REST gives', async () => {
      const answer = await oip.call('ModelInfer', { ...typed(), id: 'mine-5' });
      expect(answer).toMatchObject({ model_name: subject.target.model, id: 'mine-5' });
      expect(answer.raw_output_contents ?? []).toHaveLength(0);
      const [output] = answer.outputs;
      expect(output.shape).toEqual([1, subject.target.classes]);
      const rest = await post(`${subject.target.http}/api/v1.0/predictions`, { data: { ndarray: [subject.target.row] } });
      closeTo(output.contents.fp32_contents ?? output.contents.fp64_contents, rest.json.data.ndarray[0]);
    });

    test('raw contents are answered with raw contents of the same numbers', async () => {
      const answer = await oip.call('ModelInfer', raw());
      const [bytes] = answer.raw_output_contents as Buffer[];
      const [output] = answer.outputs;
      expect(output.contents ?? null).toBeNull();
      const buffer = Uint8Array.from(bytes as Buffer).buffer;
      const numbers = output.datatype === 'FP64' ? new Float64Array(buffer) : new Float32Array(buffer);
      const other = (await oip.call('ModelInfer', typed())).outputs[0].contents;
      closeTo([...numbers], other.fp32_contents ?? other.fp64_contents);
    });

    test('bad requests get the status of what is wrong with them, in words', async () => {
      const { model, row, width } = subject.target;
      const { INVALID_ARGUMENT, NOT_FOUND } = status;
      await expectGrpcError(oip.call('ModelInfer', { ...typed(), model_name: 'no-such-model' }), NOT_FOUND, 'no-such-model', model);
      await expectGrpcError(oip.call('ModelInfer', { ...typed(), model_version: '987654' }), NOT_FOUND, '987654');
      await expectGrpcError(oip.call('ModelReady', { name: 'no-such-model' }), NOT_FOUND, 'no-such-model');
      await expectGrpcError(oip.call('ModelInfer', typed({ shape: [2, width] })), INVALID_ARGUMENT);
      await expectGrpcError(oip.call('ModelInfer', typed({ datatype: 'FP128' })), INVALID_ARGUMENT, 'FP128');
      await expectGrpcError(oip.call('ModelInfer', raw({ raw_input_contents: [Buffer.alloc(3)] })), INVALID_ARGUMENT);
      const mixed = raw({ inputs: [head({ contents: { fp32_contents: row } })] });
      await expectGrpcError(oip.call('ModelInfer', mixed), INVALID_ARGUMENT);
      const nan = [Number.NaN, ...row.slice(1)];
      await expectGrpcError(oip.call('ModelInfer', typed({ contents: { fp32_contents: nan } })), INVALID_ARGUMENT, /NaN/);
    });
  });

  describe('gRPC health', () => {
    const health = <T>(use: (client: GrpcClient) => Promise<T>): Promise<T> => {
      const client = grpcClient('grpc.health.v1.Health', subject.target.grpc);
      return use(client).finally(() => client.close());
    };

    test.each(['', 'seldon.protos.Seldon', 'inference.GRPCInferenceService'])('of "%s" is serving', async (service) => {
      expect(await health((client) => client.call('Check', { service }))).toMatchObject({ status: 'SERVING' });
    });

    test('of a service that there is not is NOT_FOUND', async () => {
      await health((client) => expectGrpcError(client.call('Check', { service: 'no.such' }), status.NOT_FOUND, 'no.such'));
    });

    test('is watched: what holds now, and every change', async () => {
      await health(async (client) => {
        const seen: string[] = [];
        const stream = client.stream('Watch', { service: '' });
        for await (const { status } of stream) {
          seen.push(status);
          if (seen.length === 1) await post(`${subject.target.http}/pause`, {});
          else break;
        }
        stream.cancel(); // leaving the loop does not end the call, which a server that drains would then wait for
        expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
      }).finally(() => post(`${subject.target.http}/unpause`, {}));
    });
  });
}
