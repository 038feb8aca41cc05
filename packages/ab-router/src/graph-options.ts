import type { Metrics, Telemetry } from '@switchyard/server';
import type { StateOptions } from './state/open-state.ts';
import type { UnitAccess } from './unit-access.ts';

/**
 * Which requests may go to another arm of a router that draws: `any` that was not answered; `unsent`, only what the arm cannot have begun to
 * work on; `off`: a draw is final, and no arm is left out.
 */
export type Failover = 'any' | 'unsent' | 'off';

export type GraphOptions = StateOptions & {
  /** The deployment's name, under which the Open Inference Protocol addresses the graph. The predictor's, unless given. */
  readonly name?: string;
  /** The deployment's namespace, under which bandits keep what they learn. Default `default`. */
  readonly namespace?: string;
  /** Of the routers' draws. A unit's own parameter `seed` comes before it. */
  readonly seed?: number;
  /** The longest that a call to one unit may take. Default 60 s. */
  readonly timeoutMs?: number;
  /** Connections to one REST unit. Default 64. */
  readonly maxConnections?: number;
  /** Largest answer of a unit. Default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** How each unit is called, by its name. Default: without TLS, and without credentials. */
  readonly access?: (unit: string) => UnitAccess;
  /** Default `any`. */
  readonly failover?: Failover;
  /** How long after the start a router that draws waits for all its arms before it is ready with some of them. Default 15 s. */
  readonly settleMs?: number;
  readonly metrics?: Metrics;
  /** Where units that have a `logger` are logged, and calls of units are traced. */
  readonly telemetry?: Pick<Telemetry, 'logTo' | 'tracer'>;
  /** The address of loggers that have none of their own. */
  readonly unitLogUrl?: string;
};
