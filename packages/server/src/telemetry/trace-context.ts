/** Which trace a request belongs to, and the span that asked: W3C Trace Context, level 2. */
export type TraceContext = {
  /** 32 hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all 0. */
  readonly spanId: string;
  /** Bit 0: sampled; bit 1: the trace's id is random. */
  readonly flags: number;
};

/** Of a version that is not known, what follows the flags is passed over. */
const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * What a `traceparent` says; undefined for what is none by the specification, which is to be taken for none at all.
 *
 *     parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')   // { traceId: '0af7…', spanId: 'b7ad…', flags: 1 }
 */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = form.exec(text ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & 0b11 };
}
