import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { InferenceError } from '@switchyard/protocol';
import type { Cors } from '../cors-settings.ts';
import type { DataPlane } from '../data-plane.ts';
import { settle, whenThere, type Eventual } from '../eventual.ts';
import { createServer } from '../node-http.ts';
import { outbox } from '../outbox.ts';
import { areaOfRoute } from '../security/area.ts';
import { secureServer, type Tls } from '../security/tls.ts';
import type { Asked } from '../telemetry/watch.ts';
import { turnstile } from '../turnstile.ts';
import type { Work } from '../work.ts';
import { awaitsWord, contentType, form, readBody, tooLarge } from './body.ts';
import { decoderOf, encodeReply } from './coding.ts';
import { connectionOptions, maxHeaders, refuseBrokenRequests } from './connections.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { Reply, Route } from './exchange.ts';
import { respond, textReply } from './respond.ts';
import { timeoutOf } from './timeout.ts';
import { routeTable, stripPrefix, type Match } from './route-table.ts';
import { errorFormOf } from './routes.ts';

type Options = {
  readonly routes: readonly Route[];
  readonly prefixes: readonly string[];
  readonly maxBodyBytes: number;
  readonly maxClients: number;
  readonly requestTimeoutMs: number;
  readonly cors: Cors;
  readonly tls?: Tls | undefined;
};

/** An HTTP server, not yet listening, that answers by a table of routes. */
export function createHttpServer(plane: DataPlane, options: Options): Server {
  const { routes, prefixes, maxBodyBytes, cors, tls } = options;
  const find = routeTable(routes);
  const later = outbox();
  const inTurn = turnstile();

  function answer(request: IncomingMessage, response: ServerResponse): Eventual<void> {
    const started = performance.now();
    const { url = '/', headers } = request;
    const [address, query] = split(url, '?');
    const path = stripPrefix(address, prefixes);
    const { matches } = find(path);
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const match = matches.find(({ route }) => (route.methods as readonly string[]).includes(method));
    const observe = ({ status }: Reply): void => {
      const seconds = (performance.now() - started) / 1000;
      plane.metrics.observeServer(match?.route.service ?? 'unknown', method.toLowerCase(), String(status), seconds);
    };
    const reply = match ? run(match, request, response, query) : refuse(path, request, matches);
    return whenThere(reply, (made) => {
      const open = headers.origin === undefined ? made : { ...made, headers: { ...made.headers, ...corsHeaders(request, cors) } };
      return whenThere(encodeReply(open, headers['accept-encoding']), (encoded) => {
        later(() => send(response, encoded));
        observe(encoded);
      });
    });
  }

  function run({ route, params }: Match, request: IncomingMessage, response: ServerResponse, query: string): Eventual<Reply> {
    const watch = route.admitted ? plane.watch?.(asked(route, request)) : undefined;
    let work: Work | undefined;
    return settle(
      () => {
        if (request.rawHeaders.length > 2 * maxHeaders)
          throw new InferenceError('INVALID_ARGUMENT', `the request has more than ${maxHeaders} headers, the most this server takes`);
        plane.authorize(areaOfRoute(route), request.headers.authorization);
        work = route.admitted ? admit(plane, request, response) : undefined;
        work?.expect(Number(request.headers['content-length'] ?? 0));
        const body = (): Promise<Buffer> => {
          if (awaitsWord(request) && !tooLarge(request, maxBodyBytes)) response.writeContinue();
          const whole = bodyOf(request, maxBodyBytes, work);
          const bytes = work ? work.race(whole) : whole;
          return watch ? bytes.then((asked) => (watch.asked(asked, contentType(request, asked)), asked)) : bytes;
        };
        if (request.method === 'GET') watch?.asked(Buffer.from(query), form);
        return route.handle({ request, params, query, body, work, watch });
      },
      (reply) => {
        watch?.answered(reply.body, reply.headers);
        return reply;
      },
      (thrown) => {
        const error = plane.failure(thrown, request.headers);
        watch?.failed(error);
        if (!work && plane.admission.pressed) response.once('finish', () => inTurn(request.socket));
        if (!request.complete) work?.done(); // its answer may be out long before the response is: see `linger`
        return route.errors(error);
      },
    );
  }

  const scheme = tls ? 'https' : 'http';
  const asked = ({ path, service }: Route, { method = '', url = '', headers }: IncomingMessage): Asked => ({
    path,
    service,
    headers,
    http: { method, path: split(url, '?')[0], scheme },
  });

  const preflight = (request: IncomingMessage, allow: string): Reply => ({
    status: 204,
    headers: { allow, ...preflightHeaders(request, cors, allow) },
    body: '',
  });

  /** What is asked has no route, or is which there are. */
  function refuse(path: string, request: IncomingMessage, matches: readonly Match[]): Reply {
    const { method = '' } = request;
    if (method === 'OPTIONS' && matches.length > 0) return preflight(request, allowed(matches));
    const form = matches[0]?.route.errors ?? errorFormOf(path);
    if (matches.length === 0) return form(new InferenceError('NOT_FOUND', `there is no path "${path}" here`));
    const allow = allowed(matches);
    const reply = form(new InferenceError('METHOD_NOT_ALLOWED', `"${path}" takes ${allow}, not ${method}`));
    return { ...reply, headers: { ...reply.headers, allow } };
  }

  function send(response: ServerResponse, reply: Reply): void {
    try {
      respond(response, reply, plane.leaving);
    } catch (error) {
      fail(response, error);
    }
  }

  function fail(response: ServerResponse, error: unknown): void {
    plane.log.error({ err: error }, 'failed to answer');
    respond(response, textReply('the server failed to answer', 500), true);
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void settle(
      () => answer(request, response),
      () => {},
      (error) => fail(response, error),
    );
  };
  const connections = connectionOptions(options.requestTimeoutMs);
  const server = tls
    ? secureServer(tls, (secured) => createTlsServer({ ...connections, ...secured }, listener))
    : createServer(connections, listener);
  server.maxConnections = options.maxClients;
  refuseBrokenRequests(server);
  server.on('checkContinue', listener); // who asks first is told to go on when its body is wanted
  return server;
}

/** The whole body, unpacked. */
function bodyOf(request: IncomingMessage, limit: number, work?: Work): Promise<Buffer> {
  const decode = decoderOf(request);
  const packed = readBody(request, limit, work);
  if (!decode) return packed;
  return packed.then(async (bytes) => {
    const unpacked = await decode(bytes, limit);
    work?.charge(unpacked.length);
    return unpacked;
  });
}

/** Admits a request until its answer is out, and aborts its work when the client goes before. */
function admit(plane: DataPlane, request: IncomingMessage, response: ServerResponse): Work {
  const work = plane.admission.begin(timeoutOf(request));
  response.on('close', () => {
    if (!response.writableFinished) work.abort(new InferenceError('CANCELLED', 'the client went before the answer'));
    work.done();
  });
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
