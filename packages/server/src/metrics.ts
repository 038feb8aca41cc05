import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Metric } from '@switchyard/protocol';
import { customMetrics } from './custom-metrics.ts';
import { unitLabels as labelsOf, type Identity, type UnitLabels } from './identity.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]; // those of Seldon's executor

/**
 * The figures of one server, under the names and labels that Seldon Core's dashboards read. Children are bound once, so that an
 * observation costs well under a microsecond.
 */
export type Metrics = {
  readonly registry: Registry;
  /** A request that this server answered. `service`: predictions, feedback, … or the full gRPC method; `method`: get, post, unary. */
  observeServer(service: string, method: string, code: string, seconds: number): void;
  /** A request that this server made to a unit of its graph. `service`: /predict, /route, /send-feedback, … or the gRPC method. */
  observeClient(unit: UnitLabels, service: string, method: string, code: string, seconds: number): void;
  /** One feedback for a unit. A reward of 0 counts like any other. */
  countFeedback(unit: UnitLabels, reward: number): void;
  /** A call of the model, by the rows that it answered. */
  observeBatch(rows: number): void;
  countInference(model: string, version: string, success: boolean): void;
  /** What a model reports of itself. */
  recordCustom(metrics: readonly Metric[]): void;
};

/**
 * @example
 *     const metrics = createMetrics(readIdentity());
 *     metrics.observeClient(unit, '/predict', 'post', '200', 0.003);
 */
export function createMetrics(identity: Identity): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const predictor = [identity.deploymentName, identity.predictorName, identity.predictorVersion];
  const unitOf = (unit: UnitLabels) => [...predictor, unit.modelName, unit.modelImage, unit.modelVersion];
  const predictorLabels = ['deployment_name', 'predictor_name', 'predictor_version'];
  const unitLabels = [...predictorLabels, 'model_name', 'model_image', 'model_version'];
  const legacyLabels = ['method', 'worker_id', 'seldon_deployment_name', 'image_name', 'image_version'];

  const histogram = (name: string, help: string, labelNames: string[]) =>
    bound(new Histogram({ name, help, labelNames, buckets, registers: [registry] }));
  const counter = (name: string, help: string, labelNames: string[]) =>
    bound(new Counter({ name, help, labelNames, registers: [registry] }));

  const call = ['service', 'method', 'code'];
  const server = histogram('seldon_api_executor_server_requests_seconds', 'Requests answered, in seconds.', [...predictorLabels, ...call]);
  const client = histogram('seldon_api_executor_client_requests_seconds', 'Requests to units, in seconds.', [...unitLabels, ...call]);
  const feedback = counter('seldon_api_model_feedback_total', 'Feedback received, reward 0 included.', [...unitLabels, ...legacyLabels]);
  const reward = counter('seldon_api_model_feedback_reward_total', 'Sum of rewards received.', [...unitLabels, ...legacyLabels]);
  const success = counter('model_infer_request_success_total', 'Inferences answered.', ['model', 'version']);
  const failure = counter('model_infer_request_failure_total', 'Inferences refused or failed.', ['model', 'version']);
  const batch = new Histogram({
    name: 'switchyard_batch_rows',
    help: 'Rows of a call of a model whose calls requests share.',
    labelNames: unitLabels,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers: [registry],
  }).labels(...unitOf(labelsOf(identity)));
  const recordCustom = customMetrics(registry, { labels: unitLabels, values: unitOf(labelsOf(identity)) });

  return {
    registry,
    observeServer: (service, method, code, seconds) => server([...predictor, service, method, code]).observe(seconds),
    observeClient: (unit, service, method, code, seconds) => client([...unitOf(unit), service, method, code]).observe(seconds),
    countFeedback(unit, value) {
      const labels = [...unitOf(unit), 'feedback', '0', identity.deploymentName, unit.modelImage, unit.modelVersion];
      feedback(labels).inc();
      reward(labels).inc(value);
    },
    observeBatch: (rows) => batch.observe(rows),
    countInference: (model, version, ok) => (ok ? success : failure)([model, version]).inc(),
    recordCustom,
  };
}

/** A metric's children by label values, each looked up in the metric once. */
function bound<T>(metric: { labels(...values: string[]): T }): (values: readonly string[]) => T {
  const children = new Map<string, T>();
  return (values) => {
    const key = values.join('\0');
    let child = children.get(key);
    if (child === undefined) children.set(key, (child = metric.labels(...values)));
    return child;
  };
}
