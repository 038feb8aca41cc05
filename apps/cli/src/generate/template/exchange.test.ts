import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer, flakyServer } from '../../test/flaky-server.ts';
import { exchange } from './exchange.ts';

let flaky: Awaited<ReturnType<typeof flakyServer>>;
let delayMs = 0;
const steady = createServer((_, response) => void setTimeout(() => response.end('whole answer'), delayMs));
beforeAll(async () => {
  steady.listen(0, '127.0.0.1');
  await once(steady, 'listening');
  flaky = await flakyServer(`http://127.0.0.1:${(steady.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await flaky.stop();
  steady.closeAllConnections();
  steady.close();
});

const ask = async (retries: number, options: Parameters<typeof exchange>[2] = {}) => {
  const { status, bytes } = await exchange(flaky.url, { method: 'POST', body: 'x', retries, requestId: 'mine' }, options);
  return { status, text: new TextDecoder().decode(bytes) };
};
const whole = { status: 200, text: 'whole answer' };

test('is sent again where no answer began, and no more often than allowed', async () => {
  await flaky.next('reset', 'lose the answer', 'pass');
  expect(await ask(2)).toEqual(whole);
  expect(flaky.connections()).toBe(3);
  await flaky.next('reset', 'reset', 'pass');
  await expect(ask(1)).rejects.toMatchObject({ name: 'ClientError', code: 'UNREACHABLE', requestId: 'mine' });
  expect(flaky.connections()).toBe(2);
});

test('is sent once where nothing may be sent again', async () => {
  await flaky.next('reset', 'pass');
  await expect(ask(0)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(flaky.connections()).toBe(1);
});

test('an answer that breaks off is not asked for again', async () => {
  await flaky.next('break off', 'pass');
  await expect(ask(3)).rejects.toMatchObject({ code: 'BAD_ANSWER', message: expect.stringContaining('broke off') });
  expect(flaky.connections()).toBe(1);
});

test.each([429, 503])('%i is sent again when the server says, and not where it does not say', async (status) => {
  await flaky.next(answer(status, { 'retry-after': '1' }), 'pass');
  const start = performance.now();
  expect(await ask(1)).toEqual(whole);
  expect(performance.now() - start).toBeGreaterThan(990);
  await flaky.next(answer(status, { 'retry-after': new Date(Date.now() - 5000).toUTCString() }), 'pass');
  expect(await ask(1)).toEqual(whole);
  for (const headers of [{}, { 'retry-after': 'soon' }, { 'retry-after': '3600' }]) {
    await flaky.next(answer(status, headers, 'no'), 'pass');
    expect(await ask(1)).toEqual({ status, text: 'no' });
    expect(flaky.connections()).toBe(1);
  }
});

test.each([400, 500, 502, 504])('%i is final', async (status) => {
  await flaky.next(answer(status, { 'retry-after': '0' }), 'pass');
  expect(await ask(3)).toMatchObject({ status });
  expect(flaky.connections()).toBe(1);
});

test('ends by its time or its signal, also between attempts', async () => {
  await flaky.next();
  delayMs = 2000;
  await expect(ask(3, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('within 100 ms') });
  await expect(ask(3, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'ABORTED' });
  delayMs = 0;
  await flaky.next(answer(503, { 'retry-after': '20' }));
  const start = performance.now();
  await expect(ask(3, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ code: 'ABORTED' });
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('says who is not there', async () => {
  const nobody = exchange('http://127.0.0.1:1/', { method: 'GET', retries: 0 }, {});
  await expect(nobody).rejects.toMatchObject({ code: 'UNREACHABLE', status: undefined, message: expect.stringMatching(/127.0.0.1:1/) });
});
