import type { EventRequest } from '../delivery/event-sink.ts';

/** An event as the CloudEvents specification 1.0 has it; attributes and extensions are named in lower-case letters and digits. */
export type CloudEvent = {
  readonly attributes: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Absent where it is withheld. */
  readonly data?: string | Uint8Array | undefined;
};

/** One event in HTTP's binary mode: attributes as headers, its data as the body, as it is. */
export function binaryRequest({ attributes, contentType, data }: CloudEvent): EventRequest {
  const headers: Record<string, string> = { 'ce-specversion': '1.0', ...(data !== undefined && { 'content-type': contentType }) };
  for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = escaped(value);
  return { headers, body: data ?? '' };
}

/** Several in HTTP's batched mode: a JSON array, in which data that is JSON stands as it came. */
export function batchRequest(events: readonly CloudEvent[]): EventRequest {
  return {
    headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
    body: `[${events.map(structured).join(',')}]`,
  };
}

function structured({ attributes, contentType, data }: CloudEvent): string {
  const head = JSON.stringify({ specversion: '1.0', ...attributes, ...(data !== undefined && { datacontenttype: contentType }) });
  return data === undefined ? head : `${head.slice(0, -1)},${dataMember(contentType, data)}}`;
}

function dataMember(contentType: string, data: string | Uint8Array): string {
  const text = isJson(contentType) ? jsonOf(data) : undefined;
  return text === undefined ? `"data_base64":"${Buffer.from(data as string).toString('base64')}"` : `"data":${text}`;
}

export const isJson = (contentType: string): boolean => /^application\/json\s*(?:;|$)/i.test(contentType);

/** The text of what is JSON indeed; undefined for what only calls itself so: it would break the whole batch. */
function jsonOf(data: string | Uint8Array): string | undefined {
  const text = typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/** A header's value may only hold printable ASCII: all else, and what would be taken for an escape or a quote, is percent-encoded in UTF-8. */
function escaped(value: string): string {
  return value.replace(/[^!#$&-~]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
