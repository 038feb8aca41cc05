import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeTo } from './close-to.ts';
import { goProgram } from './programs.ts';
import { ask, rows, startServed, type Served } from './served.ts';

const run = promisify(execFile);
let served: Served;
beforeAll(async () => {
  for (const name of ['grpcurl', 'grpc-health-probe'] as const) goProgram(name);
  served = await startServed();
});
afterAll(() => served?.stop());

/** No .proto file is given: the server describes itself. */
async function grpcurl(server: 'runtime' | 'router', flags: readonly string[], ...words: readonly string[]): Promise<string> {
  return (await run(goProgram('grpcurl'), ['-plaintext', ...flags, served[server].grpc, ...words])).stdout;
}

describe.each(['runtime', 'router'] as const)('grpcurl, by reflection of the %s', (server) => {
  test('lists the services', async () => {
    const services = (await grpcurl(server, [], 'list')).trim().split('\n');
    expect(services).toEqual(
      expect.arrayContaining([
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'inference.GRPCInferenceService',
        'seldon.protos.Seldon',
      ]),
    );
    for (const service of services) expect(await grpcurl(server, [], 'describe', service)).toContain(`${service} is a service`);
  });

  test('describes a message with maps and oneofs', async () => {
    const text = await grpcurl(server, [], 'describe', 'seldon.protos.SeldonMessage');
    expect(text).toMatch(/oneof data_oneof \{/);
    expect(await grpcurl(server, [], 'describe', 'seldon.protos.Meta')).toMatch(/map<string, int32> routing = 3/);
  });

  test('calls Seldon and the Open Inference Protocol, a stream too', async () => {
    const [expected] = await ask(served.runtime, [rows[0]]);
    const seldon = JSON.parse(
      await grpcurl(server, ['-d', JSON.stringify({ data: { ndarray: [rows[0]] } })], 'seldon.protos.Seldon/Predict'),
    );
    closeTo(seldon.data.ndarray, [expected as number[]]);
    const request = {
      model_name: 'flowers',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], contents: { fp32_contents: rows[0] } }],
    };
    const infer = (method: string, data: string) => grpcurl(server, ['-d', data], `inference.GRPCInferenceService/${method}`);
    const [output] = JSON.parse(await infer('ModelInfer', JSON.stringify(request))).outputs;
    closeTo([output.contents.fp32Contents ?? output.contents.fp64Contents], [expected as number[]]);
    const stream = await infer('ModelStreamInfer', JSON.stringify(request) + JSON.stringify(request));
    expect(stream.match(/"modelName": "flowers"/g)).toHaveLength(2);
  });

  test('a refusal has its status and words', async () => {
    await expect(
      grpcurl(server, ['-d', '{"model_name":"no-such-model"}'], 'inference.GRPCInferenceService/ModelInfer'),
    ).rejects.toMatchObject({
      stderr: expect.stringMatching(/Code: NotFound[\s\S]*no-such-model/),
    });
  });
});

test.each(['', 'seldon.protos.Seldon', 'inference.GRPCInferenceService'])('grpc-health-probe finds "%s" serving', async (service) => {
  const { stderr } = await run(goProgram('grpc-health-probe'), ['-addr', served.runtime.grpc, '-service', service]);
  expect(stderr).toContain('SERVING');
});
