import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, test } from 'vitest';
import type { WatchEvent } from './cluster.ts';
import { watchForever } from './watch.ts';

/** A server that answers each watch of a collection by what the test says. */
type Connection = { readonly query: URLSearchParams; readonly answer: ServerResponse };

let server: Server | undefined;
afterEach(() => void (server?.closeAllConnections(), server?.close()));

const object = (name: string, resourceVersion: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, uid: name, resourceVersion, creationTimestamp: '' },
});
const line = (type: string, what: unknown): string => `${JSON.stringify({ type, object: what })}\n`;

/** Watches until `enough`: the lists and connections that were made, and what was told. */
async function watching(serve: (connection: Connection, number: number) => void, enough: (connections: number, told: number) => boolean) {
  const queries: URLSearchParams[] = [];
  const told: string[] = [];
  const errors: string[] = [];
  let lists = 0;
  const stop = new AbortController();
  const look = (): void => void (enough(queries.length, told.length) && stop.abort());
  server = createServer((request, answer) => {
    const query = new URL(request.url!, 'http://x').searchParams;
    queries.push(query);
    serve({ query, answer }, queries.length);
    look();
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: 'c', server: address, skipTLSVerify: true }, { name: 'u' });
  const on = (event: WatchEvent): void => {
    told.push(event.type === 'listed' ? `listed ${event.objects.length}` : `${event.type} ${event.object.metadata.name}`);
    look();
  };
  const list = async () => ({ objects: [object('a', '5')], resourceVersion: String(10 * ++lists) });
  const source = {
    list,
    path: async () => '/api/v1/services',
    query: { labelSelector: 'x=y' },
    explain: (error: unknown) => error as Error,
  };
  await watchForever(config, source, { on, onError: (error) => errors.push(error.message), signal: stop.signal });
  return { versions: queries.map((each) => each.get('resourceVersion')), queries, told, errors, lists };
}

test('a watch asks for bookmarks, goes on from the last of them, and lists no more than once', async () => {
  const { versions, queries, told, errors, lists } = await watching(
    ({ answer }, number) => {
      answer.write(
        number === 1 ? line('ADDED', object('b', '11')) + line('BOOKMARK', object('', '17')) : line('DELETED', object('b', '18')),
      );
      setTimeout(() => answer.end(), 20);
    },
    (_, count) => count === 3,
  );
  expect(versions).toEqual(['10', '17']);
  expect(told).toEqual(['listed 1', 'added b', 'deleted b']);
  expect(queries[0]!.get('allowWatchBookmarks')).toBe('true');
  expect(queries[0]!.get('labelSelector')).toBe('x=y');
  expect(Number(queries[0]!.get('timeoutSeconds'))).toBeGreaterThan(1400);
  expect({ errors, lists }).toEqual({ errors: [], lists: 1 });
});

test('where the server has forgotten what came after, everything is listed again', async () => {
  const { versions, told, errors } = await watching(
    ({ answer }, number) =>
      void (number === 1 && answer.end(line('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' }))),
    (connections) => connections === 2,
  );
  expect(versions).toEqual(['10', '20']);
  expect(told).toEqual(['listed 1', 'listed 1']);
  expect(errors).toEqual([]);
});

test('a server that hangs up at once is asked again with growing waits', async () => {
  const times: number[] = [];
  const { lists } = await watching(
    ({ answer }) => {
      times.push(performance.now());
      answer.end();
    },
    (connections) => connections === 3,
  );
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(490);
  expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(990);
  expect(lists).toBe(1);
});

test('an answer that is an error is told, and the watch goes on', async () => {
  const { told, errors } = await watching(
    ({ answer }, number) => {
      if (number === 1) answer.writeHead(503).end();
      else answer.write(line('MODIFIED', object('a', '12')));
    },
    (_, count) => count === 2,
  );
  expect(told).toEqual(['listed 1', 'modified a']);
  expect(errors).toEqual(['Service Unavailable']);
});
