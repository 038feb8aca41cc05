import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { InferenceError } from '@switchyard/protocol';
import type { Cors } from '../cors-settings.ts';
import type { DataPlane } from '../data-plane.ts';
import type { Work } from '../work.ts';
import { readBody, tooLarge } from './body.ts';
import { decoderOf, encodeReply } from './coding.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { Exchange, Reply, Route } from './exchange.ts';
import { respond, textReply } from './respond.ts';
import { timeoutOf } from './timeout.ts';
import { routeTable, stripPrefix, type Match } from './route-table.ts';
import { errorFormOf } from './routes.ts';

type Options = {
  readonly routes: readonly Route[];
  readonly prefixes: readonly string[];
  readonly maxBodyBytes: number;
  readonly cors: Cors;
};

/** Longer than that of the usual gateway or client, so that it is not us who closes a connection just as a request comes in on it. */
const keepAliveTimeout = 75_000;

/** An HTTP server, not yet listening, that answers by a table of routes. */
export function createHttpServer(plane: DataPlane, { routes, prefixes, maxBodyBytes, cors }: Options): Server {
  const find = routeTable(routes);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const [address = '', query = ''] = split(request.url ?? '/', '?');
    const path = stripPrefix(address, prefixes);
    const { matches } = find(path);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const match = matches.find(({ route }) => (route.methods as readonly string[]).includes(method ?? ''));
    let reply: Reply;
    if (match) reply = await run(match, request, response, query);
    else if (method === 'OPTIONS' && matches.length > 0) reply = options(request, allowed(matches));
    else reply = refuse(path, request.method ?? '', matches);
    if (request.headers.origin !== undefined) reply = { ...reply, headers: { ...reply.headers, ...corsHeaders(request, cors) } };
    respond(response, await encodeReply(reply, request.headers['accept-encoding']), plane.leaving);
    const seconds = (performance.now() - started) / 1000;
    plane.metrics.observeServer(match?.route.service ?? 'unknown', (method ?? '').toLowerCase(), String(reply.status), seconds);
  }

  async function run({ route, params }: Match, request: IncomingMessage, response: ServerResponse, query: string): Promise<Reply> {
    try {
      const work = route.admitted ? admit(plane, request, response) : undefined;
      const body = (): Promise<Buffer> => {
        const whole = bodyOf(request, maxBodyBytes, work?.charge);
        return work ? work.race(whole) : whole;
      };
      const exchange: Exchange = { request, params, query, body, work };
      return await route.handle(exchange);
    } catch (thrown) {
      return route.errors(plane.failure(thrown));
    }
  }

  const options = (request: IncomingMessage, allow: string): Reply => ({
    status: 204,
    headers: { allow, ...preflightHeaders(request, cors, allow) },
    body: '',
  });

  function refuse(path: string, method: string, matches: readonly Match[]): Reply {
    const form = matches[0]?.route.errors ?? errorFormOf(path);
    if (matches.length === 0) return form(new InferenceError('NOT_FOUND', `there is no path "${path}" here`));
    const allow = allowed(matches);
    const reply = form(new InferenceError('METHOD_NOT_ALLOWED', `"${path}" takes ${allow}, not ${method}`));
    return { ...reply, headers: { ...reply.headers, allow } };
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      plane.log.error({ err: error }, 'failed to answer');
      respond(response, textReply('the server failed to answer', 500), true);
    });
  };
  const server = createServer({ noDelay: true, keepAliveTimeout }, listener);
  // A client that asks first learns at once that its body is too large, and need not send it.
  server.on('checkContinue', (request, response) => {
    if (!tooLarge(request, maxBodyBytes)) response.writeContinue();
    listener(request, response);
  });
  return server;
}

/** The whole body, unpacked. */
async function bodyOf(request: IncomingMessage, limit: number, charge?: Work['charge']): Promise<Buffer> {
  const decode = decoderOf(request);
  const body = await readBody(request, limit, charge);
  if (!decode) return body;
  const unpacked = await decode(body, limit);
  charge?.(unpacked.length);
  return unpacked;
}

/** Admits a request until its answer is out, and aborts its work when the client goes before. */
function admit(plane: DataPlane, request: IncomingMessage, response: ServerResponse): Work {
  const work = plane.admission.begin(timeoutOf(request));
  response.on('close', () => {
    if (!response.writableFinished) work.abort(new InferenceError('CANCELLED', 'the client went before the answer'));
    work.done();
  });
  work.expect(Number(request.headers['content-length'] ?? 0));
  return work;
}

function allowed(matches: readonly Match[]): string {
  const methods = new Set(
    matches.flatMap(({ route }) => route.methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))),
  );
  return [...methods, 'OPTIONS'].join(', ');
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
