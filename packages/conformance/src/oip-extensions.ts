import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGrpcError, grpcClient, type GrpcClient } from './grpc-client.ts';
import { send, type Json } from './rest-client.ts';
import { closeTo } from './seldon-rest.ts';
import type { Subject } from './target.ts';

/** What MLServer and Triton have beyond the Open Inference Protocol: inference by a stream, statistics, raw requests; and gRPC reflection. */
export function oipExtensions(subject: Subject): void {
  const url = (path: string): string => `${subject.target.http}${path}`;
  let oip: GrpcClient;
  let name = 'x';
  const request = (id: string, patch: Json = {}): Json => ({
    model_name: subject.target.model,
    id,
    inputs: [{ name, datatype: 'FP32', shape: [1, subject.target.width], contents: { fp32_contents: subject.target.row } }],
    ...patch,
  });

  describe('extensions of the Open Inference Protocol', () => {
    beforeAll(async () => {
      oip = grpcClient('inference.GRPCInferenceService', subject.target.grpc);
      name = (await oip.call('ModelMetadata', { name: subject.target.model })).inputs?.[0]?.name ?? 'x';
    });
    afterAll(() => oip?.close());

    test('a stream answers each request, in their order, and ends when the client has ended', async () => {
      const stream = oip.duplex('ModelStreamInfer');
      const ids = Array.from({ length: 50 }, (_, index) => `s-${index}`);
      for (const id of ids) stream.write(request(id));
      stream.end();
      const answers: Json[] = await stream.toArray();
      expect(answers.map(({ id }) => id)).toEqual(ids);
      const one = await oip.call('ModelInfer', request('one'));
      closeTo(answers[49]!['outputs'][0].contents.fp32_contents ?? [], one.outputs[0].contents.fp32_contents ?? []);
    });

    test('a bad request ends its stream with a status', async () => {
      const stream = oip.duplex('ModelStreamInfer');
      stream.write(request('bad', { model_name: 'no-such-model' }));
      await expectGrpcError(stream.toArray(), status.NOT_FOUND, 'no-such-model');
    });

    test('statistics count what was answered and what was not', async () => {
      const path = `/v2/models/${subject.target.model}/stats`;
      const count = async (): Promise<{ rows: number; success: number; fail: number }> => {
        const models: Json[] = (await send(url(path))).json.model_stats;
        const sum = (of: (model: Json) => number) => models.reduce((total, model) => total + of(model), 0);
        return {
          rows: sum((model) => model['inference_count']),
          success: sum((model) => model['inference_stats'].success.count),
          fail: sum((model) => model['inference_stats'].fail.count),
        };
      };
      const before = await count();
      await oip.call('ModelInfer', request('good'));
      const { width } = subject.target;
      const short = [{ name, datatype: 'FP32', shape: [1, width - 1], contents: { fp32_contents: subject.target.row.slice(1) } }];
      await expectGrpcError(oip.call('ModelInfer', request('bad', { inputs: short })), status.INVALID_ARGUMENT);
      expect(await count()).toEqual({ rows: before.rows + 1, success: before.success + 1, fail: before.fail + 1 });
      expect((await send(url('/v2/models/stats'))).json.model_stats[0].name).toBe(subject.target.model);
      const grpc = await oip.call('ModelStatistics', { name: subject.target.model });
      expect(grpc.model_stats[0].inference_stats.success.count).toBeGreaterThan(0);
      await expectGrpcError(oip.call('ModelStatistics', { name: 'no-such-model' }), status.NOT_FOUND, 'no-such-model');
    });

    if (subject.kind === 'model')
      test('a body that is the bytes of the one input alone is answered in bytes', async () => {
        const [spec] = (await send(url(`/v2/models/${subject.target.model}`))).json.inputs;
        const body = spec.datatype === 'FP64' ? Float64Array.from(subject.target.row) : Float32Array.from(subject.target.row);
        if (!['FP32', 'FP64'].includes(spec.datatype)) return;
        const response = await fetch(url(`/v2/models/${subject.target.model}/infer`), {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': '0' },
          body,
        });
        expect(response.status).toBe(200);
        const length = Number(response.headers.get('inference-header-content-length'));
        const bytes = Buffer.from(await response.arrayBuffer());
        const [output] = JSON.parse(bytes.subarray(0, length).toString()).outputs;
        expect(output.parameters.binary_data_size).toBe(bytes.length - length);
      });

    test('JSON is not taken for the bytes of an input', async () => {
      const response = await fetch(url(`/v2/models/${subject.target.model}/infer`), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'inference-header-content-length': '0' },
        body: '{"inputs":[]}'.padEnd(8 * subject.target.width),
      });
      expect(response.status).toBe(400);
      expect(((await response.json()) as Json)['error']).toContain('application/json');
    });
  });

  describe('gRPC reflection', () => {
    test.each(['v1', 'v1alpha'])('of version %s lists the services, and describes them', async (version) => {
      const client = grpcClient(`grpc.reflection.${version}.ServerReflection`, subject.target.grpc);
      try {
        const stream = client.duplex('ServerReflectionInfo');
        stream.write({ list_services: '' });
        stream.write({ file_containing_symbol: 'inference.GRPCInferenceService' });
        stream.end();
        const [list, file] = await stream.toArray();
        const services = list!['list_services_response'].service.map((service: Json) => service['name']);
        expect(services).toEqual(
          expect.arrayContaining(['seldon.protos.Seldon', 'inference.GRPCInferenceService', 'grpc.health.v1.Health']),
        );
        expect(file!['file_descriptor_response'].file_descriptor_proto).toHaveLength(1);
      } finally {
        client.close();
      }
    });
  });
}
