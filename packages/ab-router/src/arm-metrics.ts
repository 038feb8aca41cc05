import type { Metrics } from '@switchyard/server';
import { Counter, Gauge } from 'prom-client';
import type { Absence } from './upstream-error.ts';

/** What becomes of requests that an arm does not answer. */
export type ArmMetrics = {
  /** A request that `arm` was drawn for, and did not answer, goes to another. */
  failover(router: string, arm: string, why: Absence): void;
  out(router: string, arm: string, out: boolean): void;
};

export type PredictorLabels = { readonly deployment: string; readonly predictor: string; readonly version: string };

/**
 * Under the labels that Seldon's names have, `router` and `arm` the units' names:
 *
 *     switchyard_router_failovers_total{…, router="ab", arm="forest", reason="unreached"} 3
 *     switchyard_router_arm_out{…, router="ab", arm="forest"} 1
 */
export function armMetrics(metrics: Metrics | undefined, { deployment, predictor, version }: PredictorLabels): ArmMetrics {
  if (metrics === undefined) return { failover() {}, out() {} };
  const registers = [metrics.registry];
  const labelNames = ['deployment_name', 'predictor_name', 'predictor_version', 'router', 'arm'];
  const failovers = new Counter({
    name: 'switchyard_router_failovers_total',
    help: 'Requests that went to another arm because the one that was drawn did not answer, by the one that was drawn.',
    labelNames: [...labelNames, 'reason'],
    registers,
  });
  const outs = new Gauge({
    name: 'switchyard_router_arm_out',
    help: '1 while an arm that does not answer is left out of its router’s draws.',
    labelNames,
    registers,
  });
  return {
    failover: (router, arm, why) => failovers.labels(deployment, predictor, version, router, arm, why).inc(),
    out: (router, arm, out) => outs.labels(deployment, predictor, version, router, arm).set(out ? 1 : 0),
  };
}
