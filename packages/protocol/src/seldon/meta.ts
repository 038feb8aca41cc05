import type { Meta, Metric, MetricKind } from '../call.ts';
import { InferenceError } from '../error.ts';
import { asArray, asObject, asString, refuse, type Json } from '../json/expect.ts';
import { plainJson } from '../json/plain.ts';

/** The kinds of a Metric, by their number in the proto. */
export const metricKinds: readonly MetricKind[] = ['COUNTER', 'GAUGE', 'TIMER'];

/**
 * The meta of a parsed SeldonMessage. Members that are no part of the contract are left out, and so are metrics of kinds that have no
 * `MetricKind`, such as HISTOGRAM: both still pass on the wire.
 * @throws InferenceError INVALID_ARGUMENT naming the member that is not what it should be
 */
export function metaOfJson(value: unknown): Meta {
  if (value === undefined || value === null) return {};
  const json = asObject(value, 'meta');
  const tags = part(json, 'tags', (value, what) => plainJson(asObject(value, what), what));
  const routing = part(json, 'routing', (map, what) => mapOf(map, what, wholeNumber));
  const requestPath = part(json, 'requestPath', (map, what) => mapOf(map, what, asString));
  const metrics = part(json, 'metrics', metricsOf);
  const puid = part(json, 'puid', asString);
  return {
    ...(puid === undefined ? {} : { puid }),
    ...(tags === undefined ? {} : { tags }),
    ...(routing === undefined ? {} : { routing }),
    ...(requestPath === undefined ? {} : { requestPath }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** As it is written: tags, routing and requestPath are there even when they are empty, since clients read them without asking. */
export function jsonOfMeta({ puid, tags, routing, requestPath, metrics }: Meta): Json {
  return {
    ...(puid === undefined ? {} : { puid }),
    tags: tags ?? {},
    routing: routing ?? {},
    requestPath: requestPath ?? {},
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** `patch` over `base`: maps are merged key by key, all else is replaced. */
export function mergeMeta(base: Meta, patch: Meta): Meta {
  for (const _ in base) return mergeBoth(base, patch);
  return patch; // the usual case, of a model that says nothing of itself
}

function mergeBoth(base: Meta, patch: Meta): Meta {
  const merged = { ...base, ...patch };
  return {
    ...merged,
    ...(merged.tags ? { tags: { ...base.tags, ...patch.tags } } : {}),
    ...(merged.routing ? { routing: { ...base.routing, ...patch.routing } } : {}),
    ...(merged.requestPath ? { requestPath: { ...base.requestPath, ...patch.requestPath } } : {}),
  };
}

/** JSON text of meta. @throws InferenceError INTERNAL where a number is not finite, which `JSON.stringify` would make null without a word */
export function metaText(json: Json): string {
  const text = JSON.stringify(json);
  if (text.includes('null')) JSON.stringify(json, onlyFinite); // which takes several times as long
  return text;
}

function onlyFinite(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new InferenceError('INTERNAL', `meta: "${key}" is ${value}, which JSON has no number for`);
}

function part<T>(json: Json, name: string, read: (value: unknown, what: string) => T): T | undefined {
  const value = json[name];
  return value === undefined || value === null ? undefined : read(value, `meta.${name}`);
}

function mapOf<T>(value: unknown, what: string, read: (value: unknown, what: string) => T): Record<string, T> {
  const entries = Object.entries(asObject(value, what));
  return Object.fromEntries(entries.map(([key, each]) => [key, read(each, `${what}["${key}"]`)]));
}

function wholeNumber(value: unknown, what: string): number {
  if (Number.isInteger(value)) return value as number;
  throw refuse(what, value, 'a whole number');
}

function metricsOf(value: unknown, what: string): Metric[] {
  return asArray(value, what).flatMap((each, index) => {
    const place = `${what}[${index}]`;
    const json = asObject(each, place);
    const type = kindOf(json['type'] ?? 0);
    if (type === undefined) return [];
    const number = json['value'] ?? 0;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw refuse(`${place}.value`, number, 'a finite number');
    const tags = json['tags'] ? { tags: mapOf(json['tags'], `${place}.tags`, asString) } : {};
    return [{ key: asString(json['key'], `${place}.key`), type, value: number, ...tags }];
  });
}

function kindOf(value: unknown): MetricKind | undefined {
  return typeof value === 'number' ? metricKinds[value] : metricKinds.find((kind) => kind === value);
}
