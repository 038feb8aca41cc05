import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly method: string; readonly path: string; readonly headers: Record<string, string>; readonly body: string };
export type Reply = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string };

/** A unit of a graph, on a real socket: answers what `answer` says, and remembers what it was asked. */
export type RestUnit = { readonly port: number; readonly received: Received[]; stop(): Promise<void> };

/** A string is a body with status 200; undefined leaves the request without an answer. Health is answered by itself unless `answer` does. */
export type Answer = (request: Received) => string | Reply | undefined | Promise<string | Reply | undefined>;

export async function startRestUnit(answer: Answer, port = 0): Promise<RestUnit> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    };
    received.push(entry);
    const said = await answer(entry);
    if (said === undefined) return;
    const { status = 200, headers = {}, body } = typeof said === 'string' ? { body: said } : said;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
