import type { Attributes, AttributeValue, Span } from './span.ts';

const kinds = { server: 2, client: 3 } as const; // of opentelemetry.proto.trace.v1.Span.SpanKind
const isError = 2;
/** Bits of `flags` above those of W3C: whether the parent is remote is known, and that it is. */
const [remoteKnown, remote] = [0x100, 0x200];

/**
 * The body of an export as OTLP 1.x has it in JSON: that of protobuf, but ids are hexadecimal, enumerations numbers, and 64-bit integers strings.
 *
 * @param resource Whose spans they are.
 */
export function exportRequest(
  resource: Attributes,
  scope: { readonly name: string; readonly version: string },
  spans: readonly Span[],
): string {
  const scopeSpans = [{ scope, spans: spans.map(spanJson) }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans }] });
}

function spanJson(span: Span) {
  const { parent, error } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.traceState && { traceState: span.traceState }),
    ...(parent && { parentSpanId: parent.spanId }),
    flags: span.flags | remoteKnown | (parent?.remote ? remote : 0),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.started),
    endTimeUnixNano: nanoseconds(span.ended),
    attributes: keyValues(span.attributes),
    status: error === undefined ? {} : { code: isError, message: error },
  };
}

/** A double holds a time of today to a quarter of a microsecond: the last three digits would be made up. */
const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)}000`;

function keyValues(attributes: Attributes) {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValue(value) }]));
}

function anyValue(value: AttributeValue) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
