import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { send } from './rest-client.ts';
import type { Subject } from './target.ts';

/** A stop lets what is under way finish. It starts a target of its own, since it stops it. */
export function drain(subject: Subject): void {
  describe('drain', () => {
    test('requests under way are answered when the server stops; then it is gone', async () => {
      const target = await subject.start();
      let stopped: Promise<void> | undefined;
      try {
        const body = Buffer.from(JSON.stringify({ data: { ndarray: [target.row] } }));
        // Its head is taken and the server waits for the body: a request that is surely under way.
        const open = await Promise.all(Array.from({ length: 4 }, () => begin(`${target.http}/api/v1.0/predictions`, body.length)));
        stopped = target.stop();
        await leaving(target.http);
        const answers = open.map(({ response }) => response);
        for (const { head } of open) head.end(body);
        for (const answer of await Promise.all(answers)) {
          expect(answer.statusCode).toBe(200);
          expect(answer.headers.connection).toBe('close');
          answer.resume();
        }
        await stopped;
        await expect(send(`${target.http}/ping`)).rejects.toThrow();
      } finally {
        await (stopped ?? target.stop());
      }
    });
  });
}

/** As soon as the target is not ready, or takes no new connection: a signal to another process takes its time. */
async function leaving(http: string): Promise<void> {
  const ready = () =>
    send(`${http}/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (await ready()) await setTimeout(10);
}

type Open = { readonly head: ClientRequest; readonly response: Promise<IncomingMessage> };

/** Sends the head of a request and waits until the server asks for its body. */
function begin(url: string, bytes: number): Promise<Open> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': bytes, expect: '100-continue' };
    const head = request(url, { method: 'POST', headers });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      head.on('response', resolve);
      head.on('error', reject);
    });
    response.catch(reject);
    head.on('continue', () => resolve({ head, response }));
    head.flushHeaders();
  });
}
