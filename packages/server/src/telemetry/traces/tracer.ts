import { InferenceError } from '@switchyard/protocol';
import { parseTraceparent, type TraceContext } from '../trace-context.ts';
import { newSpanId, newTraceId } from './ids.ts';
import type { Sampler } from './sampler.ts';
import type { Attributes, Span } from './span.ts';
import { outcomeOf } from './span-outcome.ts';
import { wallClock } from './wall-clock.ts';

type Headers = Readonly<Record<string, string>>;

/** Work that is under way. */
export type ActiveSpan = {
  /** The headers for whoever is asked on behalf of this work: with its own place in the trace. */
  passOn(headers: Headers): Headers;
  set(attributes: Attributes): void;
  /** @param thrown what the work failed with */
  end(thrown?: unknown): void;
};

export type Begin = {
  /** `server`: it answers a request; `client`: it asks another server. */
  readonly kind: Span['kind'];
  readonly protocol: 'http' | 'grpc';
  readonly name: string;
  /** Of the request that it is part of, lower-case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly attributes: Attributes;
};

export type Tracer = { begin(what: Begin): ActiveSpan };

/** Begins spans, and gives those that are sampled to `add` when they have ended. */
export function tracer(sampler: Sampler, add: (span: Span) => void): Tracer {
  return {
    begin(what) {
      const { traceparent } = what.headers;
      const parent = typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
      const traceId = parent?.traceId ?? newTraceId();
      const sampled = what.kind === 'client' ? ((parent?.flags ?? 0) & 1) === 1 : sampler(parent, traceId); // one draw a request
      return sampled ? new RecordedSpan(what, parent, traceId, add) : new UnsampledSpan(parent, traceId);
    },
  };
}

/** Tells those that it asks that the trace is not sampled: else each would draw for itself, and have pieces of traces. */
class UnsampledSpan implements ActiveSpan {
  readonly #parent: TraceContext | undefined;
  readonly #traceId: string;

  constructor(parent: TraceContext | undefined, traceId: string) {
    this.#parent = parent;
    this.#traceId = traceId;
  }

  passOn(headers: Headers): Headers {
    const spanId = this.#parent?.spanId ?? newSpanId();
    return withContext(headers, { traceId: this.#traceId, spanId, flags: (this.#parent?.flags ?? 0) & ~1 }, this.#parent !== undefined);
  }

  set(): void {}
  end(): void {}
}

class RecordedSpan implements ActiveSpan {
  readonly #what: Begin;
  readonly #parent: TraceContext | undefined;
  readonly #context: TraceContext;
  readonly #started = wallClock();
  readonly #add: (span: Span) => void;
  #attributes: Attributes;

  constructor(what: Begin, parent: TraceContext | undefined, traceId: string, add: (span: Span) => void) {
    this.#what = what;
    this.#parent = parent;
    this.#context = { traceId, spanId: newSpanId(), flags: (parent?.flags ?? 0) | 1 };
    this.#add = add;
    this.#attributes = what.attributes;
  }

  passOn(headers: Headers): Headers {
    return withContext(headers, this.#context, this.#parent !== undefined);
  }

  set(attributes: Attributes): void {
    this.#attributes = { ...this.#attributes, ...attributes };
  }

  end(thrown?: unknown): void {
    const { kind, protocol, name, headers } = this.#what;
    const { attributes, error } = outcomeOf(kind, protocol, thrown === undefined ? undefined : InferenceError.from(thrown));
    const { tracestate } = headers;
    this.#add({
      kind,
      name,
      ...this.#context,
      parent: this.#parent && { spanId: this.#parent.spanId, remote: kind === 'server' },
      traceState: this.#parent && typeof tracestate === 'string' ? tracestate : undefined,
      started: this.#started,
      ended: wallClock(),
      attributes: { ...this.#attributes, ...attributes },
      error,
    });
  }
}

function withContext(headers: Headers, { traceId, spanId, flags }: TraceContext, goesOn: boolean): Headers {
  const traceparent = `00-${traceId}-${spanId}-0${flags}`;
  if (goesOn || headers['tracestate'] === undefined) return { ...headers, traceparent };
  const { tracestate: _, ...others } = headers; // of no trace that could be read
  return { ...others, traceparent };
}
