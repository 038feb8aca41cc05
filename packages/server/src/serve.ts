import type { Logger } from './log.ts';
import type { Identity } from './identity.ts';
import type { Metrics } from './metrics.ts';
import type { NotReady, Predictor } from './predictor.ts';
import type { Repository } from './repository.ts';

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
  /** Path prefixes that are taken off: `/seldon/<name>`, `/seldon/<namespace>/<name>`. */
  readonly prefixes?: readonly string[];
  /** Default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** Requests under way, beyond which more are refused early. Default 1024. */
  readonly maxConcurrent?: number;
  /** Default 60 s. A gRPC client's own deadline counts where it is sooner. */
  readonly requestTimeoutMs?: number;
  /** The longest that `close()` waits for requests under way. Default 15 s. */
  readonly drainMs?: number;
  readonly log?: Logger;
  /** Loads and unloads models by the Open Inference Protocol's repository extension; absent, that is UNIMPLEMENTED. */
  readonly repository?: Repository;
};

export type RunningServer = {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metrics: Metrics;
  ready(): Promise<true | NotReady>;
  /**
   * Drains: says not ready, takes no new connections, lets the requests under way finish (bounded by `drainMs`), closes.
   * A second call waits for the same.
   */
  close(): Promise<void>;
};

/**
 * Serves a predictor by REST and gRPC over one data plane.
 *
 * @example
 *     const server = await serve(predictor, { kind: 'model', httpPort: 9000, grpcPort: 5000 });
 *     // … curl localhost:9000/api/v1.0/predictions -H 'content-type: application/json' -d '{"data":{"ndarray":[[…]]}}'
 *     await server.close();
 * @throws Error when a port is taken, naming it
 */
export declare function serve(predictor: Predictor, options: ServeOptions): Promise<RunningServer>;
