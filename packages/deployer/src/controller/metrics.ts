import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DeploymentState } from './deployment-view.ts';

/** What a controller counts. */
export type ControllerMetrics = {
  readonly registry: Registry;
  reconciled(result: 'done' | 'failed', seconds: number): void;
  /** A watch that broke off, or an election that could not ask. */
  failed(what: 'watch' | 'election' | 'event'): void;
};

export type Gauges = {
  readonly queueDepth: () => number;
  readonly leads: () => boolean;
  readonly states: () => Iterable<DeploymentState>;
};

export function controllerMetrics({ queueDepth, leads, states }: Gauges): ControllerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const total = new Counter({
    name: 'switchyard_controller_reconcile_total',
    help: 'Looks at a deployment, by how they ended.',
    labelNames: ['result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'switchyard_controller_reconcile_seconds',
    help: 'How long a look took.',
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  const errors = new Counter({
    name: 'switchyard_controller_errors_total',
    help: 'Failures apart from those of looks.',
    labelNames: ['what'],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('switchyard_controller_queue_depth', 'Deployments that wait to be looked at.', queueDepth);
  gauge('switchyard_controller_leader', '1 where this process leads.', () => (leads() ? 1 : 0));
  for (const state of ['Creating', 'Available', 'Failed'] as const)
    gauge(`switchyard_controller_deployments_${state.toLowerCase()}`, `SeldonDeployments that are ${state}.`, () =>
      Iterator.from(states()).reduce((count, each) => count + (each === state ? 1 : 0), 0),
    );
  for (const result of ['done', 'failed']) total.inc({ result }, 0);
  return {
    registry,
    reconciled(result, took) {
      total.inc({ result });
      seconds.observe(took);
    },
    failed: (what) => errors.inc({ what }),
  };
}
