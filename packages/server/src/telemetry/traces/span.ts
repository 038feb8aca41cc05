export type AttributeValue = string | number | boolean;
/** What is undefined is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** One piece of work of a request that has ended: OpenTelemetry's span. */
export type Span = {
  readonly kind: 'server' | 'client';
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** The span that asked for it, and whether that is another process's. */
  readonly parent?: { readonly spanId: string; readonly remote: boolean } | undefined;
  readonly flags: number;
  readonly traceState?: string | undefined;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended: number;
  readonly attributes: Attributes;
  /** In words, of a span that failed by fault of who worked. */
  readonly error?: string | undefined;
};
