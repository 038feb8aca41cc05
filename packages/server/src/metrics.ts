import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Metric } from '@switchyard/protocol';
import { customMetrics } from './custom-metrics.ts';
import { predictorLabels, unitLabels as labelsOf, type Identity, type UnitLabels } from './identity.ts';
import { inferenceMetrics, type InferenceFigures } from './inference-metrics.ts';
import { counter, timings } from './metric-children.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]; // those of Seldon's executor

/** The figures of one server, under the names and labels that Seldon Core's dashboards read. An observation costs well under a microsecond. */
export type Metrics = {
  readonly registry: Registry;
  /** A request that this server answered. `service`: predictions, feedback, … or the full gRPC method; `method`: get, post, unary. */
  observeServer(service: string, method: string, code: string, seconds: number): void;
  /** A request that this server made to a unit of its graph. `service`: /predict, /route, /send-feedback, … or the gRPC method. */
  observeClient(unit: UnitLabels, service: string, method: string, code: string, seconds: number): void;
  /** One feedback for a unit. A reward of 0 counts like any other. */
  countFeedback(unit: UnitLabels, reward: number): void;
  /** The figures of one version of a model, to be bound once. */
  inferences(model: string, version: string): InferenceFigures;
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
  const predictor = predictorLabels(identity);
  const unitLabels = ['model_name', 'model_image', 'model_version'];
  const legacyLabels = ['method', 'worker_id', 'seldon_deployment_name', 'image_name', 'image_version'];
  const call = ['service', 'method', 'code'];
  const own = labelsOf(identity);

  const server = timings(registry, {
    name: 'seldon_api_executor_server_requests_seconds',
    help: 'Requests answered, in seconds.',
    fixed: predictor,
    labelNames: call,
    buckets,
  });
  const client = timings(registry, {
    name: 'seldon_api_executor_client_requests_seconds',
    help: 'Requests to units, in seconds.',
    fixed: predictor,
    labelNames: [...unitLabels, ...call],
    buckets,
  });
  const ofFeedback = (name: string, help: string) =>
    counter(registry, { name, help, fixed: predictor, labelNames: [...unitLabels, ...legacyLabels] });
  const feedback = ofFeedback('seldon_api_model_feedback_total', 'Feedback received, reward 0 included.');
  const reward = ofFeedback('seldon_api_model_feedback_reward_total', 'Sum of rewards received.');
  const ofInference = (name: string, help: string) => counter(registry, { name, help, labelNames: ['model', 'version'] });
  const success = ofInference('model_infer_request_success_total', 'Inferences answered.');
  const failure = ofInference('model_infer_request_failure_total', 'Inferences refused or failed.');
  const legacyValues = (unit: UnitLabels, method: string) => [method, '0', identity.deploymentName, unit.modelImage, unit.modelVersion];
  const recordCustom = customMetrics(registry, {
    labels: [...Object.keys(predictor), ...unitLabels, ...legacyLabels],
    values: [...Object.values(predictor), ...valuesOf(own), ...legacyValues(own, 'predict')],
  });

  return {
    registry,
    observeServer: (service, method, code, seconds) => server(service, method, code).observe(seconds),
    observeClient: (unit, service, method, code, seconds) => client(...valuesOf(unit), service, method, code).observe(seconds),
    countFeedback(unit, value) {
      const labels = [...valuesOf(unit), ...legacyValues(unit, 'feedback')];
      feedback(...labels).inc();
      reward(...labels).inc(value);
    },
    inferences: inferenceMetrics(registry),
    countInference: (model, version, ok) => (ok ? success : failure)(model, version).inc(),
    recordCustom,
  };
}

const valuesOf = ({ modelName, modelImage, modelVersion }: UnitLabels) => [modelName, modelImage, modelVersion] as const;
