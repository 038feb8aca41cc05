import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authority } from '@switchyard/conformance';
import { readSettings } from '@switchyard/config';
import { rowCount, type Tensor } from '@switchyard/protocol';
import {
  createLogger,
  fixedModel,
  modelPredictor,
  readSecurity,
  securitySettings,
  serve,
  type Model,
  type RunningServer,
} from '@switchyard/server';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { callOf, jsonOf } from './test/graph.ts';
import { failure, graph, grpcUnit, request, restUnit, tensor } from './test/harness.ts';
import { readUnitAccess, unitAccessSettings } from './unit-access.ts';

const made = authority();
const stranger = authority();
const unit = made.issue('unit');
const elsewhere = made.issue('elsewhere', 'DNS:units.test');
const router = made.issue('router');
const strangers = stranger.issue('router');
const folder = mkdtempSync(join(tmpdir(), 'secured-units-'));
afterAll(() => [made.folder, stranger.folder, folder].forEach((each) => rmSync(each, { recursive: true })));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const token = file('token', 'of-the-router');
const others = file('others', 'of-somebody-else');
const log = createLogger('test', 'fatal');

/** Answers each row with the sum of it. */
const model: Model = {
  signature: {
    inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 2] }],
    outputs: [{ name: 'sum', datatype: 'FP64', shape: [-1, 1] }],
  },
  predict([x]) {
    const { data } = x as Tensor;
    const rows = rowCount(x as Tensor);
    const sums = Float64Array.from({ length: rows }, (_, row) => Number(data[2 * row]) + Number(data[2 * row + 1]));
    return [{ name: 'sum', datatype: 'FP64', shape: [rows, 1], data: sums }];
  },
  dispose() {},
};

/** A runtime's server, with its settings of security. */
async function runtime(...argv: string[]): Promise<RunningServer> {
  const predictor = modelPredictor(fixedModel('sum', model), { unit: 'm', image: 'acme/m:1.0', platform: 'test' });
  const security = readSecurity(readSettings(securitySettings, { argv, env: {} }), log);
  const server = await serve(predictor, { kind: 'model', host: '127.0.0.1', httpPort: 0, grpcPort: 0, drainMs: 500, log, ...security });
  onTestFinished(() => server.close());
  return server;
}

const access = (...argv: string[]) => readUnitAccess(readSettings(unitAccessSettings, { argv, env: {} }), log);
const tls = ['--tls-cert', unit.cert, '--tls-key', unit.key];
const ca = ['--unit-tls-ca', made.ca];

describe.each(['REST', 'GRPC'] as const)('units by %s', (type) => {
  const to = ({ httpPort, grpcPort }: { httpPort: number; grpcPort: number }, ...argv: string[]) =>
    graph(
      { name: 'm', type: 'MODEL', endpoint: { type, service_host: '127.0.0.1', httpPort, grpcPort } },
      { access: access(...argv), timeoutMs: 20_000 },
    );
  const answers = async (predictor: Awaited<ReturnType<typeof to>>): Promise<unknown> =>
    (jsonOf(await predictor.predict(callOf(request)))['data'] as { ndarray?: unknown }).ndarray;

  test('that take TLS are called by it, and that they are who they should be is seen to', async () => {
    const server = await runtime(...tls);
    const well = await to(server, ...ca);
    expect(await answers(well)).toEqual([[3]]);
    expect(await well.ready()).toBe(true);
    expect((await well.metadata()).inputs).toMatchObject([{ name: 'x' }]);
    const plain = await to(server);
    expect(await failure(plain.predict(callOf(request)))).toMatchObject({ code: 'UNAVAILABLE' });
    const deceived = await to(server, '--unit-tls-ca', stranger.ca);
    expect(await failure(deceived.predict(callOf(request)))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('cannot be reached: unable to verify the first certificate'),
    });
  });

  test('a certificate must be for the host, or for the name that is given', async () => {
    const server = await runtime('--tls-cert', elsewhere.cert, '--tls-key', elsewhere.key);
    const wrong = await to(server, ...ca);
    expect((await failure(wrong.predict(callOf(request)))).message).toMatch(/does not match certificate's altnames/);
    expect(await answers(await to(server, ...ca, '--unit-tls-name', 'units.test'))).toEqual([[3]]);
  });

  test('that ask for a certificate are shown one', async () => {
    const server = await runtime(...tls, '--tls-client-ca', made.ca);
    expect(await answers(await to(server, ...ca, '--unit-tls-cert', router.cert, '--unit-tls-key', router.key))).toEqual([[3]]);
    for (const argv of [ca, [...ca, '--unit-tls-cert', strangers.cert, '--unit-tls-key', strangers.key]])
      expect(await failure((await to(server, ...argv)).predict(callOf(request)))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('that ask for credentials are shown those of the router', async () => {
    const server = await runtime('--auth-file', token);
    const well = await to(server, '--unit-token-file', token);
    expect(await answers(well)).toEqual([[3]]);
    await well.feedback({ reward: 1 }, callOf(request));
    const refused = await failure((await to(server, '--unit-token-file', others)).predict(callOf(request)));
    expect(refused).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/^unit "m" at .* does not take the credentials of --unit-token-file/),
    });
    expect(refused.upstream).toBeUndefined(); // no 401, which the client would take for its own
    expect(await failure((await to(server)).predict(callOf(request)))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('TLS and credentials together, in many requests at once and of any size', async () => {
    const server = await runtime(...tls, '--auth-file', token);
    const predictor = await to(server, ...ca, '--unit-token-file', token);
    const rows = Array.from({ length: 20_000 }, (_, row) => [row, 1]);
    const large = jsonOf(await predictor.predict(callOf({ data: { ndarray: rows } })));
    expect((large['data'] as { ndarray?: number[][] }).ndarray?.at(-1)).toEqual([20_000]);
    const all = await Promise.all(Array.from({ length: 8 }, () => answers(predictor)));
    expect(new Set(all.map((each) => JSON.stringify(each)))).toEqual(new Set(['[[3]]']));
  });
});

describe("a client's own credentials", () => {
  const headers = { authorization: 'Bearer of-the-client', 'proxy-authorization': 'Basic eDp5', 'x-user': 'u1' };
  const call = () => callOf(request, { headers });

  test('go to no unit', async () => {
    const rest = await restUnit(() => tensor(1));
    await (
      await graph({ name: 'm', type: 'MODEL', endpoint: { type: 'REST', service_host: '127.0.0.1', httpPort: rest.port } })
    ).predict(call());
    expect(rest.received[0]?.headers).toMatchObject({ 'x-user': 'u1' });
    const grpc = await grpcUnit(() => Buffer.alloc(0));
    await (
      await graph({ name: 'm', type: 'MODEL', endpoint: { type: 'GRPC', service_host: '127.0.0.1', grpcPort: grpc.port } })
    ).predict(call());
    expect(grpc.received[0]?.metadata).toMatchObject({ 'x-user': 'u1' });
    for (const received of [rest.received[0]?.headers, grpc.received[0]?.metadata]) {
      expect(received).not.toHaveProperty('authorization');
      expect(received).not.toHaveProperty('proxy-authorization');
    }
  });

  test('go on where that is said, and a unit that refuses them is heard', async () => {
    const server = await runtime('--auth-file', file('clients', 'of-the-client'));
    const options = { access: access('--pass-authorization') };
    const predictor = await graph(
      { name: 'm', type: 'MODEL', endpoint: { type: 'REST', service_host: '127.0.0.1', httpPort: server.httpPort } },
      options,
    );
    expect(jsonOf(await predictor.predict(call()))).toMatchObject({ data: { ndarray: [[3]] } });
    expect((await failure(predictor.predict(callOf(request)))).upstream).toMatchObject({ status: 401 });
  });
});
