import { randomUUID } from 'node:crypto';
import { decodeFeedbackProto, decodeSeldonProto, encodeFeedbackJson, encodeSeldonJson } from '@switchyard/protocol';
import type { Logger } from '../../log.ts';
import type { DeliveryMetrics } from '../delivery/delivery-metrics.ts';
import { dropNotice } from '../delivery/drop-notice.ts';
import { eventQueue, type EventQueue } from '../delivery/event-queue.ts';
import { eventSender } from '../delivery/event-sender.ts';
import { eventSink } from '../delivery/event-sink.ts';
import { batchRequest, binaryRequest, isJson, type CloudEvent } from './cloud-event.ts';
import { redactJson, type Redaction } from './redact.ts';

/** What is logged: one request, answer or feedback, as it came off the wire or went on it. */
export type LogEntry = {
  readonly kind: 'request' | 'response' | 'feedback';
  /** The prediction's id. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The unit of the graph. */
  readonly unit: string;
  /** What Seldon calls it: `seldon`, `v2`, `tensorflow`; and `mlflow`. */
  readonly protocol: string;
  readonly contentType: string;
  readonly data: string | Uint8Array;
  /** Bytes of JSON before the tensors of a binary V2 body. */
  readonly headerLength?: string | undefined;
  readonly traceparent?: string | undefined;
};

export type RequestLog = {
  /** Whether a request is logged: by a draw that every server makes alike, unless its client does not want it (`Seldon-Skip-Logging`). */
  wants(id: string, headers: Readonly<Record<string, unknown>>): boolean;
  /** Queues an entry, or drops and counts it. */
  add(entry: LogEntry): void;
  /** Sends what waits, for so long at most. */
  close(withinMs: number): Promise<void>;
};

export type RequestLogOptions = {
  readonly url: string;
  readonly sample: number;
  readonly redaction: Redaction | undefined;
  readonly batch: number;
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly token?: string | undefined;
  /** Attributes of all events: whose they are. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly metrics: (queue: EventQueue<unknown>) => DeliveryMetrics;
  readonly log: Logger;
};

/** With the event's own id, which is the same however often it is sent. */
type Stored = LogEntry & { readonly eventId: string };

/** Requests to the sink at the same time. */
const lanes = 4;
/** What an event holds beside its data, roughly. */
const overhead = 1024;
/** Longer bodies are left out where paths are to be redacted: to look through them would keep requests waiting. */
const longestRedacted = 1024 ** 2;

/**
 * Logs requests and answers to a sink that takes CloudEvents. Nothing waits for the sink: an entry takes its place in a bounded queue, as
 * bytes that are there anyway, or it is dropped and counted.
 */
export function requestLog({ url, sample, redaction, batch, log, ...options }: RequestLogOptions): RequestLog {
  const queue = eventQueue<Stored>(options.maxEvents, options.maxBytes);
  const metrics = options.metrics(queue);
  const sink = eventSink(new URL(url), { timeoutMs: options.timeoutMs, lanes, token: options.token });
  const threshold = sample * 2 ** 32;
  const message = 'the request log drops events; switchyard_request_log_dropped_total counts them';
  const onDropped = dropNotice(metrics, log, { sink: url, message });
  const sender = eventSender<Stored>({
    queue,
    batch,
    lanes,
    async send(entries) {
      const events = entries.map((entry) => eventOf(entry, options.attributes, redaction));
      return sink.post(batch === 1 ? binaryRequest(events[0] as CloudEvent) : batchRequest(events));
    },
    onSent: metrics.sent,
    onDropped,
  });

  return {
    wants: (id, headers) => !skips(headers['seldon-skip-logging']) && (sample === 1 || hashOf(id) < threshold),
    add(entry) {
      const bytes = entry.data.length + overhead;
      if (!queue.fits(bytes)) return onDropped(1, 'full', 'the queue is full');
      queue.offer({ ...entry, eventId: randomUUID(), data: redaction === 'all' ? '' : kept(entry.data) }, bytes);
      sender.wake();
    },
    async close(withinMs) {
      await sender.close(withinMs);
      sink.close();
    },
  };
}

const skips = (header: unknown): boolean => typeof header === 'string' && /^(?:true|on|1)$/i.test(header);

/** 32 bits: FNV-1a, finished as MurmurHash3 does it so that ids that differ by a digit are far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A view holds the whole of its memory, which may be much more than what the queue counts. */
function kept(data: string | Uint8Array): string | Uint8Array {
  if (typeof data === 'string' || data.buffer.byteLength <= 2 * data.byteLength + overhead) return data;
  return new Uint8Array(data);
}

const types = {
  request: 'io.seldon.serving.inference.request',
  response: 'io.seldon.serving.inference.response',
  feedback: 'io.seldon.serving.feedback',
} as const;

function eventOf(entry: Stored, attributes: Readonly<Record<string, string>>, redaction: Redaction | undefined): CloudEvent {
  const { eventId, kind, id, time, unit, protocol, headerLength, traceparent } = entry;
  const body = redaction === undefined ? entry : redacted(entry, redaction);
  return {
    attributes: {
      id: eventId,
      type: types[kind],
      time: new Date(time).toISOString(),
      ...attributes,
      requestid: id,
      modelid: unit,
      protocol,
      ...(headerLength !== undefined && { headerlength: headerLength }),
      ...(traceparent !== undefined && { traceparent }),
      ...(redaction !== undefined && { redacted: 'true' }),
    },
    contentType: body.contentType,
    data: body.data,
  };
}

function redacted(entry: LogEntry, redaction: Redaction): Pick<CloudEvent, 'contentType' | 'data'> {
  const { contentType, data } = entry;
  if (redaction === 'all' || data.length > longestRedacted) return { contentType, data: undefined };
  const json = isJson(contentType) ? Buffer.from(data as string) : jsonOf(entry);
  return { contentType: 'application/json', data: json && redactJson(json, redaction) };
}

/** Seldon's protobuf as its JSON; undefined for what has no such form here. */
function jsonOf({ kind, protocol, contentType, data }: LogEntry): Buffer | undefined {
  if (contentType !== 'application/protobuf' || protocol !== 'seldon' || typeof data === 'string') return undefined;
  try {
    return kind === 'feedback' ? encodeFeedbackJson(decodeFeedbackProto(data)) : encodeSeldonJson(decodeSeldonProto(data));
  } catch {
    return undefined; // it was no message
  }
}
