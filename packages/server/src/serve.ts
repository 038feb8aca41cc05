import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from 'node:http';
import { UserError } from '@switchyard/config';
import type { Cors } from './cors-settings.ts';
import { createDataPlane, type DataPlane } from './data-plane.ts';
import { createGrpcServer, type GrpcServer } from './grpc/grpc-server.ts';
import { countInferences, rowsOfMessage } from './inference-statistics.ts';
import { exposeAdmission, exposeStatistics } from './exposed-figures.ts';
import { silentLogger, type Logger } from './log.ts';
import { readIdentity, unitLabels, type Identity } from './identity.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { paced } from './pace.ts';
import type { NotReady, Predictor } from './predictor.ts';
import type { Repository } from './repository.ts';
import { probeRoutes } from './rest/health.ts';
import { createHttpServer } from './rest/http-server.ts';
import { allRoutes } from './rest/routes.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { openGate, type Gate } from './security/gate.ts';
import type { Tls } from './security/tls.ts';
import { createAdmission } from './work.ts';
import type { Siblings } from './workers/siblings.ts';

export type ServeOptions = {
  /** `router` answers Seldon's external API; `model` the internal microservice API as well. */
  readonly kind: 'model' | 'router';
  /** Default `0.0.0.0`. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Labels of the metrics. */
  readonly identity?: Partial<Identity>;
  /** Given where the predictor observes metrics as well; else the server makes its own. */
  readonly metrics?: Metrics;
  /** Of the deployment, where it has one. */
  readonly namespace?: string;
  /** Path prefixes that are taken off: `/seldon/<name>`, `/seldon/<namespace>/<name>`. */
  readonly prefixes?: readonly string[];
  /** Which web pages may call it. Default: any. */
  readonly cors?: Cors;
  /** Default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** Requests under way, beyond which more are refused early. Default 1024. */
  readonly maxConcurrent?: number;
  /** Connections of REST, and of gRPC, beyond which more are closed at once. Default 10,000. */
  readonly maxClients?: number;
  /** Bytes of the bodies of requests under way, beyond which more are refused early. Default 256 MiB. */
  readonly maxPendingBytes?: number;
  /** The longest that a request may have to wait for those before it, at the pace of the predictor, beyond which it is refused early. A quarter of it where most is refused. Default: any. */
  readonly maxWaitMs?: number;
  /** Default 60 s. A client's own deadline, by gRPC or by `X-Request-Timeout` of REST, counts where it is sooner. */
  readonly requestTimeoutMs?: number;
  /** The longest that `close()` waits for requests under way. Default 15 s. */
  readonly drainMs?: number;
  readonly log?: Logger;
  /** Who may predict, give feedback, load models. Default: all. */
  readonly authorize?: Gate;
  /** REST and gRPC take TLS alone. */
  readonly tls?: Tls;
  /** Answers probes and metrics alone, without TLS. 0 takes any free one. */
  readonly probePort?: number;
  /** Loads and unloads models by the Open Inference Protocol's repository extension; absent, that is UNIMPLEMENTED. */
  readonly repository?: Repository;
  /** Whether clients of a model get what it reports, in `meta.metrics`. Default: they do. */
  readonly showMetrics?: boolean;
  /** What is told to others of requests. Closed with the server. */
  readonly telemetry?: Telemetry;
  /** Where this process is a worker: those that answer on the same ports. */
  readonly siblings?: Siblings | undefined;
};

export type RunningServer = {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly probePort?: number;
  readonly metrics: Metrics;
  ready(): Promise<true | NotReady>;
  /**
   * Drains: says not ready, takes no new connections, lets the requests under way finish (bounded by `drainMs`), closes.
   * A second call waits for the same.
   */
  close(): Promise<void>;
};

const mebibyte = 1024 ** 2;
/**
 * Connections that the system holds until they are taken here, of which it may be set to hold fewer. Of one that it has no room for it thinks
 * otherwise than the client, who has sent his request and hears nothing.
 */
const backlog = 4096;
/** What the request log and traces have at least, however long the drain took. */
const lastWords = 1000;

/**
 * Serves a predictor by REST and gRPC over one data plane.
 *
 * @example
 *     const server = await serve(predictor, { kind: 'model', httpPort: 9000, grpcPort: 5000 });
 *     // … curl localhost:9000/api/v1.0/predictions -H 'content-type: application/json' -d '{"data":{"ndarray":[[…]]}}'
 *     await server.close();
 * @throws UserError when a port is taken, naming it
 */
export async function serve(predictor: Predictor, options: ServeOptions): Promise<RunningServer> {
  const { kind, host = '0.0.0.0', maxBodyBytes = 64 * mebibyte, drainMs = 15_000, log = silentLogger } = options;
  const { maxClients = 10_000, maxConcurrent = 1024, maxPendingBytes = 256 * mebibyte, requestTimeoutMs = 60_000 } = options;
  const identity: Identity = { ...readIdentity({ modelName: predictor.name }, {}), ...options.identity };
  const metrics = options.metrics ?? createMetrics(identity);
  const { maxWaitMs } = options;
  const { predictor: inTurn, pace } = maxWaitMs === undefined ? { predictor, pace: undefined } : paced(predictor);
  const counted = countInferences(inTurn, { rowsOf: kind === 'model' ? rowsOfMessage : () => 1, metrics });
  const { statistics } = counted;
  exposeStatistics(metrics.registry, statistics);
  const plane = createDataPlane({
    kind,
    predictor: counted.predictor,
    metrics,
    log,
    unit: unitLabels(identity),
    repository: options.repository,
    watch: options.telemetry?.watch,
    authorize: options.authorize ?? openGate,
    siblings: options.siblings,
    showMetrics: options.showMetrics ?? true,
    admission: createAdmission({ maxConcurrent, maxPendingBytes, requestTimeoutMs, maxWaitMs, pace }),
  });
  exposeAdmission(metrics.registry, plane.admission);
  const { prefixes = [], cors = { origins: ['*'], headers: ['*'] } } = options;
  const { tls } = options;
  const deployment = { name: identity.deploymentName, namespace: options.namespace ?? '' };
  const routes = allRoutes(plane, { statistics, deployment, clientsMustShow: tls?.clientsMustShow ?? false });
  const shared = { prefixes, maxBodyBytes, maxClients, requestTimeoutMs, cors };
  const http = createHttpServer(plane, { ...shared, routes, tls });
  const grpc = createGrpcServer(plane, { maxBodyBytes, maxClients, maxConcurrent, statistics, tls });

  const httpPort = await listen(http, host, options.httpPort);
  const grpcPort = await grpc.listen(host, options.grpcPort).catch((error: Error) => {
    http.close();
    throw error;
  });
  const probes = options.probePort === undefined ? undefined : createHttpServer(plane, { ...shared, routes: probeRoutes(plane) });
  const probePort = await (probes && listen(probes, host, options.probePort as number))?.catch(async (error: Error) => {
    http.close();
    grpc.kill();
    throw error;
  });
  log.info({ host, httpPort, grpcPort, probePort }, 'listening');
  let closed: Promise<void> | undefined;
  async function close(): Promise<void> {
    const end = performance.now() + drainMs;
    await drain(plane, http, grpc, drainMs);
    await options.telemetry?.close(Math.max(lastWords, end - performance.now()));
  }
  return {
    httpPort,
    grpcPort,
    ...(probePort !== undefined && { probePort }),
    metrics,
    ready: () => plane.ready(),
    close: () => (closed ??= close().finally(() => endProbes(probes))),
  };
}

function listen(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause) => reject(new UserError(`HTTP cannot listen on ${host}:${port}: ${cause.message}`, { cause })));
    http.listen(port, host, backlog, () => resolve((http.address() as AddressInfo).port));
  });
}

/** To the last moment it says that this server is going. */
function endProbes(probes: Server | undefined): void {
  probes?.close();
  probes?.closeAllConnections();
}

const silence = 250; // a connection that was opened but says nothing for so long is not about to send a request

async function drain(plane: DataPlane, http: Server, grpc: GrpcServer, drainMs: number): Promise<void> {
  plane.hold('draining', 'draining');
  await part(http, Math.min(parting, drainMs));
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  const served = Promise.all([grpc.drain(), plane.admission.idle()]);
  if ((await within(drainMs, served)) === 'late') {
    plane.log.warn({ inFlight: plane.admission.inFlight, drainMs }, 'cutting off requests that outlast the drain');
    grpc.kill();
  } else await within(Math.min(silence, drainMs), closed);
  http.closeAllConnections();
  await closed;
}

/**
 * The time that clients have to leave: `close()` ends idle connections at once, and one of them may carry a request at that very moment.
 * Until then every answer tells its client to close.
 */
const parting = 2000;

async function part(http: Server, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  // time alone is no chance for clients where this process gets no processor: what they have sent is read between two turns
  const turns = milliseconds / 20;
  for (let turn = 0; performance.now() < end || turn < turns; turn++) {
    if ((await connections(http)) === 0) return;
    await delay(10);
  }
}

function connections(http: Server): Promise<number> {
  return new Promise((resolve) => http.getConnections((error, count) => resolve(error ? 0 : count)));
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, milliseconds, 'late')));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
