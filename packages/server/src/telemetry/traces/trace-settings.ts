import { boolean, integer, number, setting, type Values } from '@switchyard/config';
import * as z from 'zod';
import { readPairs } from './pairs.ts';
import { samplers } from './sampler.ts';

const address = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  error: 'an address http://… or https://… is expected',
});

const pairs = z.string().superRefine((text, context) => {
  try {
    readPairs(text);
  } catch (error) {
    context.addIssue((error as Error).message);
  }
});

const count = integer.pipe(z.int().min(1).max(1_000_000));
const milliseconds = integer.pipe(z.int().min(1).max(600_000));

/** OTLP over HTTP as JSON, by OpenTelemetry's name for it. */
export const spoken = 'http/json';

/** By the names that OpenTelemetry gives them, as variables; what they are not set to costs nothing. */
export const traceSettings = {
  otlpEndpoint: setting(
    address.optional(),
    'Where spans of requests are sent, by OTLP over HTTP as JSON: the address of a collector, to which /v1/traces is added. Nothing waits for ' +
      'it; what it does not take is dropped and counted.',
    { env: ['OTEL_EXPORTER_OTLP_ENDPOINT'] },
  ),
  otlpTracesEndpoint: setting(address.optional(), 'The same, as the whole address.', { env: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] }),
  otlpProtocol: setting(
    z.string().default(spoken),
    'How spans are sent. One that is not spoken here is told of in the log, as others who read the variable may speak it.',
    { env: ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] },
  ),
  otlpHeaders: setting(pairs.default(''), 'Headers of what is sent there: name=value,…, percent-encoded.', {
    env: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
    secret: true,
  }),
  otlpTimeoutMs: setting(milliseconds.default(10_000), 'The longest that a collector may take to answer, in milliseconds.', {
    env: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
  }),
  otelSdkDisabled: setting(boolean.default(false), 'No spans, whatever else says where to send them.', { env: ['OTEL_SDK_DISABLED'] }),
  tracesExporter: setting(z.enum(['otlp', 'none']).default('otlp'), 'none sends no spans, though other telemetry has an endpoint.', {
    env: ['OTEL_TRACES_EXPORTER'],
  }),
  tracesSampler: setting(
    z.enum(samplers).default('parentbased_always_on'),
    'Which requests are traced. Of parentbased ones, those whose client says so, and of requests without a trace all, none, or the share of ' +
      '--traces-sampler-arg, drawn by the id of the trace.',
    { env: ['OTEL_TRACES_SAMPLER'] },
  ),
  tracesSamplerArg: setting(number.pipe(z.number().min(0).max(1)).default(1), 'The share of a traceidratio sampler, 0 to 1.', {
    env: ['OTEL_TRACES_SAMPLER_ARG'],
  }),
  traceQueue: setting(count.default(2048), 'Spans that may wait for the collector, each about 1 KiB.', {
    env: ['OTEL_BSP_MAX_QUEUE_SIZE'],
  }),
  traceBatch: setting(count.default(512), 'The most spans that are sent at once.', { env: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'] }),
  traceDelayMs: setting(milliseconds.default(5000), 'The longest that fewer spans than that wait for more, in milliseconds.', {
    env: ['OTEL_BSP_SCHEDULE_DELAY'],
  }),
  serviceName: setting(z.string().optional(), 'The name of the service in traces. The unit’s, or the deployment’s, unless given.', {
    env: ['OTEL_SERVICE_NAME'],
  }),
  resourceAttributes: setting(pairs.default(''), 'Further attributes of it in traces: name=value,…, percent-encoded.', {
    env: ['OTEL_RESOURCE_ATTRIBUTES'],
  }),
};

export type TraceValues = Values<typeof traceSettings>;

/** Where spans go; undefined where none are wanted. */
export function tracesUrl(values: TraceValues): string | undefined {
  const { otlpEndpoint: base, otlpTracesEndpoint: whole, otelSdkDisabled, tracesExporter } = values;
  if (otelSdkDisabled || tracesExporter === 'none') return undefined;
  return whole ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`);
}
