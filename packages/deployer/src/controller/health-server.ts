import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export type Health = {
  /** True, or why not yet. */
  readonly ready: () => true | string;
  readonly registry: Registry;
};

export type HealthServer = { readonly port: number; close(): Promise<void> };

/** Serves `/live`, `/ready` and `/metrics`. @param port 0 takes any free one */
export async function serveHealth({ ready, registry }: Health, port: number): Promise<HealthServer> {
  const server: Server = createServer((request, response) => {
    const answer = (status: number, text: string, type = 'text/plain; charset=utf-8'): void =>
      void response.writeHead(status, { 'content-type': type }).end(text);
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'GET only\n');
    if (path === '/live') return answer(200, 'live\n');
    if (path === '/ready') {
      const state = ready();
      return state === true ? answer(200, 'ready\n') : answer(503, `${state}\n`);
    }
    if (path !== '/metrics') return answer(404, 'there are /live, /ready and /metrics\n');
    registry.metrics().then(
      (text) => answer(200, text, registry.contentType),
      (error: unknown) => answer(500, `${(error as Error).message}\n`),
    );
  });
  server.listen(port);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
