import type { ListValue, Value } from '../generated/messages.ts';

/** The JSON that a google.protobuf.Value stands for. */
export function jsonOfValue(value: Value): unknown {
  if (Object.hasOwn(value, 'numberValue')) return value.numberValue;
  if (Object.hasOwn(value, 'stringValue')) return value.stringValue;
  if (Object.hasOwn(value, 'boolValue')) return value.boolValue;
  if (value.listValue) return jsonOfList(value.listValue);
  if (value.structValue) {
    return Object.fromEntries(Object.entries(value.structValue.fields ?? {}).map(([key, each]) => [key, jsonOfValue(each)]));
  }
  return null;
}

export function jsonOfList(list: ListValue): unknown[] {
  return (list.values ?? []).map(jsonOfValue);
}

/** The google.protobuf.Value of a JSON value; what JSON has no place for is null, and left out of objects, as `JSON.stringify` does. */
export function valueOfJson(json: unknown): Value {
  switch (typeof json) {
    case 'number':
      return { numberValue: json };
    case 'bigint':
      return { numberValue: Number(json) };
    case 'string':
      return { stringValue: json };
    case 'boolean':
      return { boolValue: json };
    case 'object':
      if (json === null) return { nullValue: 0 };
      if (Array.isArray(json)) return { listValue: listOfJson(json) };
      return { structValue: { fields: fieldsOfJson(json) } };
    default:
      return { nullValue: 0 };
  }
}

export function listOfJson(list: readonly unknown[]): ListValue {
  return { values: list.map(valueOfJson) };
}

export function fieldsOfJson(json: object): Record<string, Value> {
  const entries = Object.entries(json).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, valueOfJson(value)]));
}
