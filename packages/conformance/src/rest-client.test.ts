import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeTo } from './seldon-rest.ts';
import { expectOipError, expectSeldonError, metric, post, send } from './rest-client.ts';

const metrics = `# HELP rewards Sum.
rewards{unit="a",code="200"} 1.5
rewards{unit="b",code="200"} 2
rewards_total{unit="a"} 100
plain 7
`;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, type, body] =
      request.url === '/metrics'
        ? [200, 'text/plain', metrics]
        : request.url === '/seldon'
          ? [400, 'application/json', '{"status":{"status":1,"code":-1,"reason":"MICROSERVICE_BAD_DATA","info":"5 is not 6"}}']
          : request.url === '/oip'
            ? [400, 'application/json', '{"error":"5 is not 6"}']
            : [400, 'text/plain', '5 is not 6'];
    response.writeHead(status as number, { 'content-type': type as string }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test('a metric is the sum over its labels, or over those that are asked for', async () => {
  expect(await metric(url, 'rewards')).toBe(3.5);
  expect(await metric(url, 'rewards', { unit: 'b' })).toBe(2);
  expect(await metric(url, 'plain')).toBe(7);
  expect(await metric(url, 'nothing')).toBe(0);
});

test('an error passes only in the form of its protocol, with its status and its words', async () => {
  const [seldon, oip, plain] = [await post(`${url}/seldon`, {}), await send(`${url}/oip`), await send(`${url}/plain`)];
  expectSeldonError(seldon, 400, '5', '6');
  expectOipError(oip, 400, '5', '6');
  for (const wrong of [
    () => expectSeldonError(seldon, 500),
    () => expectSeldonError(seldon, 400, 'seven'),
    () => expectSeldonError(oip, 400),
    () => expectSeldonError(plain, 400),
    () => expectOipError(seldon, 400, '5'),
    () => expectOipError(oip, 404),
    () => expectOipError(plain, 400),
  ]) {
    expect(wrong).toThrow();
  }
});

test('numbers are close when they agree to the fifth decimal', () => {
  closeTo([0.1, 0.2], [0.1, 0.200001]);
  expect(() => closeTo([0.1], [0.1001])).toThrow();
  expect(() => closeTo([0.1], [0.1, 0.2])).toThrow();
});
