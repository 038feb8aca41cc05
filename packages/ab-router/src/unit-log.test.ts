import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSettings } from '@switchyard/config';
import { decodeFeedbackJson } from '@switchyard/protocol';
import { createMetrics, openTelemetry, readIdentity, silentLogger, telemetrySettings } from '@switchyard/server';
import { expect, onTestFinished, test } from 'vitest';
import { callOf, restModel } from './test/graph.ts';
import { graph, request, restUnit, tensor } from './test/harness.ts';

/** A sink on a real socket, and what a graph needs to log there; `sent` closes the log and gives what came. */
async function sink() {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      received.push({ headers: incoming.headers, body });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const identity = readIdentity({ deploymentName: 'shop', predictorName: 'main' }, {});
  const metrics = createMetrics(identity);
  const values = readSettings(telemetrySettings, { argv: [], env: {} });
  const telemetry = await openTelemetry({ identity, namespace: 'prod', httpPort: 8000, metrics, log: silentLogger, values });
  const sent = async () => {
    await telemetry.close(5000);
    return received
      .map(({ headers, body }) => ({
        type: String(headers['ce-type']).split('.').at(-1),
        unit: headers['ce-modelid'],
        id: headers['ce-requestid'],
        body,
      }))
      .toSorted((a, b) => `${a.unit}${a.type}`.localeCompare(`${b.unit}${b.type}`));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, telemetry, sent };
}

test('a unit with a logger is logged by its name, with all that is below it; one without is not', async () => {
  const { url, telemetry, sent } = await sink();
  const model = await restUnit(() => tensor(3, 4));
  const other = await restUnit(() => tensor(5, 6));
  const mean = { name: 'mean', implementation: 'AVERAGE_COMBINER', logger: { mode: 'response' } };
  const children = [restModel('a', model.port, { logger: { mode: 'all', url } }), restModel('b', other.port)];
  const predictor = await graph({ ...mean, children }, { telemetry, unitLogUrl: url });
  await predictor.predict(callOf(request));
  const events = await sent();
  expect(events.map(({ type, unit, id }) => [unit, type, id])).toEqual([
    ['a', 'request', 'puid-1'],
    ['a', 'response', 'puid-1'],
    ['mean', 'response', 'puid-1'],
  ]);
  expect(JSON.parse(events[0]!.body)).toMatchObject(request);
  expect(events[1]!.body).toBe(tensor(3, 4));
  expect(JSON.parse(events[2]!.body)).toMatchObject({ data: { tensor: { values: [4, 5] } } });
});

test('feedback is logged where requests are', async () => {
  const { url, telemetry, sent } = await sink();
  const model = await restUnit(() => '{}');
  const predictor = await graph(restModel('a', model.port, { logger: { mode: 'request', url } }), { telemetry });
  await predictor.feedback(decodeFeedbackJson(Buffer.from('{"reward":0.5}')), callOf({}));
  const events = await sent();
  expect(events.map(({ type, unit }) => [unit, type])).toEqual([['a', 'feedback']]);
  expect(JSON.parse(events[0]!.body)).toMatchObject({ reward: 0.5 });
});

test('a logger without an address logs nowhere, and harms nothing', async () => {
  const { telemetry, sent } = await sink();
  const model = await restUnit(() => tensor(1));
  const predictor = await graph(restModel('a', model.port, { logger: {} }), { telemetry });
  await predictor.predict(callOf(request));
  expect(await sent()).toEqual([]);
});
