import type { Meta } from '../call.ts';
import { Meta as MetaProto } from '../generated/messages.ts';
import { plainJson } from '../json/plain.ts';
import { decodeProto, lengthDelimited, wireFields } from '../wire-fields.ts';
import { metricKinds } from './meta.ts';
import { fieldsOfJson, jsonOfValue } from './proto-value.ts';

const META = 2;

/** The meta in the bytes of a seldon.protos.Meta; empty maps and strings, which the wire does not tell from absent ones, are left out. */
export function metaOfProto(bytes: Uint8Array): Meta {
  const { puid, tags = {}, routing = {}, requestPath = {}, metrics = [] } = decodeProto(MetaProto, bytes, 'seldon.protos.Meta');
  return {
    ...(puid ? { puid } : {}),
    ...(filled(tags)
      ? { tags: plainJson(Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, jsonOfValue(value)])), 'meta.tags') }
      : {}),
    ...(filled(routing) ? { routing: { ...routing } } : {}),
    ...(filled(requestPath) ? { requestPath: { ...requestPath } } : {}),
    ...(metrics.length > 0 ? { metrics: metrics.flatMap(metricOf) } : {}),
  };
}

/** Field 2 of a SeldonMessage. */
export function metaField({ puid, tags, routing, requestPath, metrics }: Meta): Buffer {
  const proto: MetaProto = {
    ...(puid ? { puid } : {}),
    ...(tags ? { tags: fieldsOfJson(tags) } : {}),
    ...(routing ? { routing } : {}),
    ...(requestPath ? { requestPath } : {}),
    ...(metrics ? { metrics: metrics.map((metric) => ({ ...metric, type: metricKinds.indexOf(metric.type) })) } : {}),
  };
  return lengthDelimited(META, MetaProto.encode(proto).finish());
}

/** A SeldonMessage with this meta in the place of its own: all other bytes as they were, in their order. */
export function withMetaBytes(body: Uint8Array, meta: Meta): Buffer {
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { number, tag, end } of wireFields(body)) {
    if (number !== META) continue;
    kept.push(body.subarray(from, tag));
    from = end;
  }
  return Buffer.concat([...kept, body.subarray(from), metaField(meta)]);
}

function filled(map: object): boolean {
  return Object.keys(map).length > 0;
}

function metricOf({ key, type, value, tags = {} }: NonNullable<MetaProto['metrics']>[number]): NonNullable<Meta['metrics']>[number][] {
  const kind = metricKinds[type ?? 0];
  return kind ? [{ key: key ?? '', type: kind, value: value ?? 0, ...(filled(tags) ? { tags: { ...tags } } : {}) }] : [];
}
