import { hostname } from 'node:os';
import type { Identity } from '../../identity.ts';
import type { Logger } from '../../log.ts';
import { serverMetadata } from '../../oip-data-plane.ts';
import type { Metrics } from '../../metrics.ts';
import { deliveryMetrics } from '../delivery/delivery-metrics.ts';
import { dropNotice } from '../delivery/drop-notice.ts';
import { eventQueue } from '../delivery/event-queue.ts';
import { eventSender } from '../delivery/event-sender.ts';
import { eventSink } from '../delivery/event-sink.ts';
import type { Watcher } from '../watch.ts';
import { exportRequest } from './otlp-json.ts';
import { readPairs } from './pairs.ts';
import { samplerOf } from './sampler.ts';
import type { Attributes, Span } from './span.ts';
import type { TraceValues } from './trace-settings.ts';
import { traceWatcher } from './trace-watcher.ts';
import { tracer, type Tracer } from './tracer.ts';

/** Where spans are made, and sent. */
export type Tracing = {
  readonly tracer: Tracer;
  /** Of the requests to this server. */
  readonly watch: Watcher;
  /** Sends what waits, for so long at most. */
  close(withinMs: number): Promise<void>;
};

export type TracingOptions = {
  readonly url: string;
  readonly identity: Identity;
  readonly namespace: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly values: TraceValues;
};

/**
 * Sends spans to a collector by OTLP over HTTP, as JSON. Nothing waits for it: a span takes its place in a bounded queue, or is dropped and
 * counted. Loaded only where spans are wanted.
 */
export function openTracing({ url, identity, namespace, metrics, log, values }: TracingOptions): Tracing {
  const { traceBatch: batch, traceDelayMs: lingerMs, traceQueue, otlpTimeoutMs: timeoutMs } = values;
  const queue = eventQueue<Span>(traceQueue, Infinity);
  const figures = deliveryMetrics(metrics.registry, identity, { prefix: 'switchyard_spans', what: 'Spans' })(new URL(url).href, queue);
  const onDropped = dropNotice(figures, log, { sink: url, message: 'spans are dropped; switchyard_spans_dropped_total counts them' });
  const sink = eventSink(new URL(url), { timeoutMs, lanes: 1 });
  const headers = { ...readPairs(values.otlpHeaders), 'content-type': 'application/json' };
  const scope = { name: 'switchyard', version: serverMetadata.version };
  const resource = resourceOf(identity, namespace, values);
  const send = (spans: readonly Span[]) => sink.post({ headers, body: exportRequest(resource, scope, spans) });
  const sender = eventSender<Span>({
    queue,
    batch: Math.min(batch, traceQueue),
    lanes: 1,
    lingerMs,
    send,
    onSent: figures.sent,
    onDropped,
  });

  const made = tracer(samplerOf(values.tracesSampler, values.tracesSamplerArg), (span) => {
    if (queue.offer(span, 0)) sender.wake();
    else onDropped(1, 'full', 'the queue is full');
  });
  return {
    tracer: made,
    watch: traceWatcher(made),
    async close(withinMs) {
      await sender.close(withinMs);
      sink.close();
    },
  };
}

/** Who made the spans, by OpenTelemetry's names where it has one. */
function resourceOf(identity: Identity, namespace: string, { serviceName, resourceAttributes }: TraceValues): Attributes {
  const { deploymentName, predictorName, predictorVersion, modelName, modelImage } = identity;
  const given = readPairs(resourceAttributes);
  const own = {
    'service.name': modelName || deploymentName || 'switchyard',
    'service.namespace': namespace,
    'service.version': identity.modelVersion || predictorVersion,
    'service.instance.id': `${hostname()}:${process.pid}`,
    'telemetry.sdk.name': 'switchyard',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': serverMetadata.version,
    'host.name': hostname(),
    'process.pid': process.pid,
    'container.image.name': modelImage,
    'switchyard.deployment.name': deploymentName,
    'switchyard.predictor.name': predictorName,
  };
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
  return { ...known, ...given, ...(serviceName !== undefined && { 'service.name': serviceName }) };
}
