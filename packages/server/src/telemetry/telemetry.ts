import { hostname } from 'node:os';
import type { Identity } from '../identity.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { deliveryMetrics } from './delivery/delivery-metrics.ts';
import { readRedaction } from './request-log/redact.ts';
import { requestLog, type RequestLog } from './request-log/request-log.ts';
import type { TelemetryValues } from './telemetry-settings.ts';
import { spoken, tracesUrl } from './traces/trace-settings.ts';
import type { Tracer } from './traces/tracer.ts';
import { joinWatchers, logWatcher, type Watcher } from './watch.ts';

/** What is told of requests to others, beside metrics, which are asked for. */
export type Telemetry = {
  /** Of the requests to this server. Undefined where nobody wants to know: watching costs nothing then. */
  readonly watch: Watcher | undefined;
  /** The request log at this address; the same one whoever asks. */
  logTo(url: string): RequestLog;
  /** Of what this server asks of others; undefined where spans are sent nowhere. */
  readonly tracer: Tracer | undefined;
  /** Sends what waits, for so long at most. */
  close(withinMs: number): Promise<void>;
};

export type TelemetryOptions = {
  readonly identity: Identity;
  readonly namespace?: string | undefined;
  readonly httpPort: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly values: TelemetryValues;
};

export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { identity, namespace = '', httpPort, metrics, log, values } = options;
  const logs = new Map<string, RequestLog>();
  let figures: ReturnType<typeof deliveryMetrics> | undefined;
  const attributes = {
    source: `http://${hostname()}:${httpPort}/`,
    inferenceservicename: identity.deploymentName,
    namespace,
    endpoint: identity.predictorName,
  };

  function logTo(url: string): RequestLog {
    const found = logs.get(url);
    if (found) return found;
    figures ??= deliveryMetrics(metrics.registry, identity, { prefix: 'switchyard_request_log', what: 'Events', bytes: true });
    const { href } = new URL(url);
    const made = requestLog({
      url,
      attributes,
      log,
      metrics: figures.bind(undefined, href),
      sample: values.requestLogSample,
      redaction: readRedaction(values.requestLogRedact),
      batch: values.requestLogBatch,
      maxEvents: values.requestLogQueue,
      maxBytes: values.requestLogQueueMb * 1024 ** 2,
      timeoutMs: values.requestLogTimeoutMs,
      token: url === values.requestLogUrl ? values.requestLogToken : undefined, // other addresses are a manifest's
    });
    logs.set(url, made);
    return made;
  }

  const { requestLogUrl: own, requestLogMode: mode } = values;
  const unit = identity.modelName || identity.deploymentName;
  const url = tracesUrl(values);
  const { otlpProtocol: protocol } = values;
  if (url !== undefined && protocol !== spoken)
    log.warn({ url, protocol }, `spans are sent as ${spoken}, which is what there is: the collector has to take it`);
  // what few need is not loaded for all
  const tracing = url === undefined ? undefined : (await import('./traces/open-tracing.ts')).openTracing({ ...options, url, namespace });
  return {
    watch: joinWatchers([own === undefined ? undefined : logWatcher(logTo(own), mode, unit), tracing?.watch]),
    logTo,
    tracer: tracing?.tracer,
    async close(withinMs) {
      await Promise.all([...logs.values(), ...(tracing ? [tracing] : [])].map((each) => each.close(withinMs)));
    },
  };
}
